import Contract
import LocalMirror
import Machine
import Merge
import SQL
import Sync

extension World {
  /// Plays a scene; half of the time the question that comes of it is answered at once.
  func play(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let scene = Scene.allCases[random.below(Scene.allCases.count)]
    try takeInFiles(editor)
    _ = try pull(editor)
    let words = try play(scene, editor, random)
    var result = "\(scene.rawValue): \(words)"
    if random.below(2) == 0 { result += "; \(try resolve(editor, random))" }
    if random.below(2) == 0 { result += "; \(try push(editor))" }
    return result
  }

  private func play(
    _ scene: Scene, _ editor: EditorSite, _ random: SeededRandom
  ) throws -> String {
    switch scene {
    case .titles, .sameChange, .otherFields, .tags, .renames, .statuses, .picture, .membership,
      .windows, .prices:
      return try meet(scene, editor, random)
    case .textApart, .textSame, .textMoved: return try meetInText(scene, editor, random)
    case .order: return try meetInOrder(editor, random)
    case .priceSlip, .movements, .belowZero, .counts: return try figure(scene, editor, random)
    case .deletedHere, .deletedThere, .deletedTwice, .parentDeleted, .mergedProduct, .withdrawn:
      return try vanish(scene, editor, random)
    case .sameHandle, .nameTaken, .reference: return try collide(scene, editor, random)
    case .refused, .uncertain, .restoredServer, .planLater:
      return try speak(scene, editor, random)
    case .ownedByShop, .oldField, .newField, .baseLost, .forgotten, .staleTranslation:
      return try strange(scene, editor, random)
    case .fileAndEditor, .fileAndShop, .fileInUse, .copiedFile, .writtenFile:
      return try inFiles(scene, editor, random)
    }
  }

  // MARK: Helpers

  /// A record that the editor sees, that the server has, and of which nothing is edited or asked.
  func free(
    _ type: ResourceType, _ editor: EditorSite, _ random: SeededRandom,
    where isWanted: ([String: FieldValue]) -> Bool = { _ in true }
  ) throws -> RecordKey? {
    let some = try editor.visible([type]).filter { key in
      guard let fields = server.fields(of: key), isWanted(fields),
        !server.poisoned.contains(key)
      else { return false }
      return try !editor.isBusy(key)
    }
    return some.isEmpty ? nil : some[random.below(some.count)]
  }

  /// The editor sets a field.
  @discardableResult
  func set(
    _ editor: EditorSite, _ key: RecordKey, _ field: String, _ value: FieldValue,
    isCount: Bool = false
  ) throws -> String {
    if isCount { editor.counted.insert(key) }
    return try edit(editor, key, [FieldEdit(field, value, isCount: isCount)])
  }

  /// Both set fields of a record, and the editor hears of it.
  private func both(
    _ editor: EditorSite, _ key: RecordKey, mine: (String, FieldValue),
    shop: (String, FieldValue)
  ) throws -> String {
    let words = try set(editor, key, mine.0, mine.1)
    let isDone = server.put(key, [shop.0: shop.1])
    return "\(words), shop \(shop.0)=\(shop.1.json) \(isDone); \(try pull(editor))"
  }

  // MARK: Both change one record

  private func meet(
    _ scene: Scene, _ editor: EditorSite, _ random: SeededRandom
  ) throws -> String {
    let number = random.below(1000)
    switch scene {
    case .picture:
      guard let key = try free(.media, editor, random) else { return "no picture" }
      return try both(
        editor, key, mine: ("url", .text("https://pictures.example/mine-\(number).jpg")),
        shop: ("url", .text("https://pictures.example/shop-\(number).jpg")))
    case .membership:
      guard let key = try free(.membership, editor, random) else { return "no member" }
      if random.below(2) == 0 {
        let statuses = ["candidate", "active", "grace", "suspended", "ended"]
        return try both(
          editor, key, mine: ("status", .text(statuses[number % 5])),
          shop: ("status", .text(statuses[(number + 1 + number / 5 % 3) % 5])))
      }
      return try both(
        editor, key, mine: ("links.tier", .text(Shop.tier(2).id)), shop: ("links.tier", .null))
    case .windows, .prices:
      guard let key = try free(.price, editor, random) else { return "no price" }
      if scene == .windows {
        let field = random.below(2) == 0 ? "from" : "until"
        return try both(
          editor, key, mine: (field, .text("2027-0\(1 + number % 9)-01T00:00:00Z")),
          shop: (field, .text("2028-0\(1 + number % 9)-01T00:00:00Z")))
      }
      let amount = server.fields(of: key)?["amount"]?.integer ?? 10_000
      return try both(
        editor, key, mine: ("amount", .integer(amount + 100 + Int64(number % 5) * 100)),
        shop: ("amount", .integer(amount + 50)))
    default:
      guard let key = try free(.product, editor, random) else { return "no product" }
      let (mine, shop) = Self.pair(scene, number, server.fields(of: key) ?? [:])
      let words = try both(editor, key, mine: mine, shop: shop)
      guard scene == .otherFields else { return words }
      return "\(words); \(try standTogether(editor, key, mine, shop))"
    }
  }

  private static func pair(
    _ scene: Scene, _ number: Int, _ fields: [String: FieldValue]
  ) -> (mine: (String, FieldValue), shop: (String, FieldValue)) {
    let mine = FieldValue.text("Mine \(number)")
    let shop = FieldValue.text("Shop \(number)")
    switch scene {
    case .sameChange: return (("vendor", mine), ("vendor", mine))
    case .otherFields: return (("title", mine), ("vendor", shop))
    case .tags:
      let before = fields["tags"]?.list ?? []
      return (
        ("tags", .list(before + [.text("mine-\(number)")])),
        ("tags", .list(Array(before.dropFirst()) + [.text("shop-\(number)")]))
      )
    case .renames:
      return (("handle", .text("mine-\(number)")), ("handle", .text("shop-\(number)")))
    case .statuses:
      let words: [String] = ["active", "draft", "archived"]
      let others = words.filter { $0 != fields["status"]?.text }
      return (
        ("status", .text(others[number % 2])), ("status", .text(others[1 - number % 2]))
      )
    default: return (("title", mine), ("title", shop))
    }
  }

  /// Row 3: after a push both fields are on the server.
  private func standTogether(
    _ editor: EditorSite, _ key: RecordKey, _ mine: (String, FieldValue),
    _ shop: (String, FieldValue)
  ) throws -> String {
    let words = try push(editor)
    guard let fields = server.fields(of: key) else { return words }
    if fields[mine.0] == mine.1, fields[shop.0] == shop.1 {
      note(.differentFields, "\(editor.number) \(key) \(mine.1.json)")
    }
    return words
  }

  private func meetInText(
    _ scene: Scene, _ editor: EditorSite, _ random: SeededRandom
  ) throws -> String {
    func blocks(_ fields: [String: FieldValue]) -> [String] {
      (fields["description"]?["markdown"]?.text ?? "").split(separator: "\n\n").map(String.init)
    }
    let key = try free(.product, editor, random) { fields in
      let parts = blocks(fields)
      return parts.count > 1 && parts[0].split(separator: " ").count > 6 && Set(parts).count > 1
    }
    guard let key, let fields = server.fields(of: key) else { return "no text" }
    func text(_ blocks: [String]) -> FieldValue {
      .object(of: [.init("markdown", .text(blocks.joined(separator: "\n\n")))])
    }
    func changed(_ block: String, _ place: Int, _ word: String) -> String {
      var words = block.split(separator: " ").map(String.init)
      words[min(place, words.count - 1)] = word
      return words.joined(separator: " ")
    }
    var (mine, shop) = (blocks(fields), blocks(fields))
    let number = random.below(1000)
    switch scene {
    case .textSame:
      mine[0] = changed(mine[0], 1, "mine\(number)")
      shop[0] = changed(shop[0], 1, "shop\(number)")
    case .textMoved:
      mine.append(mine.removeFirst())
      shop[0] = changed(shop[0], 2, "shop\(number)")
    default:
      mine[0] = changed(mine[0], 1, "mine\(number)")
      shop[0] = changed(shop[0], 6, "shop\(number)")
    }
    let words = try both(
      editor, key, mine: ("description", text(mine)), shop: ("description", text(shop)))
    _ = try plan(editor)
    return words
  }

  private func meetInOrder(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let key = try free(.collection, editor, random) { ($0["products"]?.list ?? []).count > 2 }
    guard let key, let list = server.fields(of: key)?["products"]?.list else {
      return "no collection"
    }
    let turned = Array(list.dropFirst()) + [list[0]]
    return try both(
      editor, key, mine: ("products", .list(list.reversed())), shop: ("products", .list(turned)))
  }

  // MARK: Figures

  private func figure(
    _ scene: Scene, _ editor: EditorSite, _ random: SeededRandom
  ) throws -> String {
    if scene == .priceSlip {
      let key = try free(.price, editor, random) { ($0["amount"]?.integer ?? 0) > 1000 }
      guard let key, let amount = server.fields(of: key)?["amount"]?.integer else {
        return "no price"
      }
      let words = try set(editor, key, "amount", .integer(amount / 10))
      _ = try plan(editor)
      return words
    }
    let key = try free(.inventoryLevel, editor, random) { ($0["available"]?.integer ?? 0) > 2 }
    guard let key, let there = server.fields(of: key)?["available"]?.integer else {
      return "no stock"
    }
    let words: String
    switch scene {
    case .belowZero:
      words = try set(editor, key, "available", .integer(0))
      server.put(key, ["available": .integer(1)], by: .erp)
    case .counts:
      words = try set(editor, key, "available", .integer(there + 3), isCount: true)
      server.put(key, ["available": .integer(there - 1)], by: .erp)
    default:
      words = try set(editor, key, "available", .integer(there - 1))
      server.put(key, ["available": .integer(there + 4)], by: .erp)
    }
    return "\(words); \(try pull(editor))"
  }

  // MARK: Things that vanish

  private func vanish(
    _ scene: Scene, _ editor: EditorSite, _ random: SeededRandom
  ) throws -> String {
    guard let key = try free(.product, editor, random) else { return "no product" }
    let number = random.below(1000)
    var words = ""
    switch scene {
    case .deletedHere:
      words = try erase(editor, key)
      server.put(key, ["vendor": .text("Shop \(number)")])
    case .deletedThere:
      words = try set(editor, key, "title", .text("Mine \(number)"))
      server.remove(key)
    case .withdrawn:
      words = try set(editor, key, "title", .text("Mine \(number)"))
      words += " \(server.withdraw(key))"
    case .deletedTwice:
      words = try erase(editor, key)
      server.remove(key)
    case .parentDeleted:
      let mark = editor.random.sortableID(at: editor.clock.now)
      let variant = RecordKey(.variant, "var_\(mark)")
      let fields: [String: FieldValue] = [
        "sku": .text("P-\(mark)"), "position": .integer(2), "links.product": .text(key.id),
      ]
      try make(editor, [(variant, fields)])
      words = "\(variant) for \(key)"
      server.remove(key)
    default:
      // The shop puts the parts of two products together under one.
      words = try set(editor, key, "title", .text("Mine \(number)"))
      let others = server.keys.filter { $0.type == .product && $0 != key }
      guard !others.isEmpty else { return words }
      let other = others[random.below(others.count)]
      for one in server.keys where one.type == .variant {
        guard server.fields(of: one)?["links.product"]?.text == key.id else { continue }
        server.put(one, ["links.product": .text(other.id)])
      }
      words += ", merged into \(other) \(server.remove(key))"
    }
    words += "; \(try pull(editor))"
    if scene == .withdrawn, random.below(2) == 0 {
      server.shareAgain()
      words += "; shared again; \(try pull(editor))"
    }
    return words
  }

  // MARK: Names

  private func collide(
    _ scene: Scene, _ editor: EditorSite, _ random: SeededRandom
  ) throws -> String {
    extras.made += 1
    let handle = FieldValue.text("name-\(options.seed % 1000)-\(extras.made)")
    guard let key = try free(.product, editor, random) else { return "no product" }
    switch scene {
    case .sameHandle:
      let mark = editor.random.sortableID(at: editor.clock.now)
      let mine = RecordKey(.product, "prd_\(mark)")
      try make(
        editor,
        [(mine, ["handle": handle, "title": .text("Mine \(mark)"), "status": .text("draft")])])
      let isSame = random.below(3) == 0
      let made = server.put(
        RecordKey(.product, "prd_made\(extras.made)"),
        [
          "handle": handle, "title": .text(isSame ? "Mine \(mark)" : "Shop"),
          "status": .text("draft"),
        ])
      return "\(mine) \(handle.json) \(made); \(try pull(editor))"
    case .nameTaken:
      let others = server.keys.filter { $0.type == .product && $0 != key }
      guard !others.isEmpty else { return "one product" }
      let words = try set(editor, key, "handle", handle)
      server.put(others[random.below(others.count)], ["handle": handle])
      return "\(words); \(try pull(editor))"
    default:
      let collection = try free(.collection, editor, random) { fields in
        !(fields["products"]?.list ?? []).contains(.text(key.id))
      }
      guard let collection, let list = server.fields(of: collection)?["products"]?.list else {
        return "no collection"
      }
      let words = try set(editor, collection, "products", .list(list + [.text(key.id)]))
      server.remove(key)
      return "\(words); \(try pull(editor))"
    }
  }
}
