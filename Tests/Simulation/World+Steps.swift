import Bytes
import Contract
import Diagnostics
import LocalMirror
import Machine
import SQL
import Support
import Sync

extension World {
  /// Takes one step and says in a few words what came of it.
  func take(_ step: Step) throws -> String {
    current = step
    defer { current = nil }
    let random = SeededRandom(seed: step.seed)
    time.sleep(milliseconds: 1000 * (1 + random.below(60)))
    switch step.action {
    case .staffEdit, .staffCreate, .staffDelete, .erpPrice, .erpStock, .poison, .expireCursors,
      .newEpoch, .commitLag, .wait:
      return happen(step.action, random)
    case .withdrawRecord, .shareAgain, .addField, .backUpServer, .restoreServer, .trimLog:
      return happenToServer(step.action, random)
    case .clockJump:
      let jumps: [Int64] = [-86_400, 86_400, -31_536_000, 31_536_000]
      editors[step.editor].clock.jump(seconds: jumps[random.below(jumps.count)])
      return "jumped"
    case .restart:
      editors[step.editor].close()
      return "restarted"
    default:
      return try work(step, editors[step.editor], random)
    }
  }

  // MARK: The shop

  private func happen(_ action: Step.Action, _ random: SeededRandom) -> String {
    let keys = server.keys
    func any(_ types: Set<ResourceType>) -> RecordKey? {
      let some = keys.filter { types.contains($0.type) }
      return some.isEmpty ? nil : some[random.below(some.count)]
    }
    switch action {
    case .staffEdit:
      guard
        let key = any([.product, .variant, .collection, .translation, .price, .inventoryLevel]),
        let change = Changes.draw(key.type, server.fields(of: key) ?? [:], random)
      else { return "nothing to edit" }
      let isDone = server.put(key, [change.field: change.value])
      return "\(key) \(change.field) \(isDone)"
    case .staffCreate:
      let number = 10 + random.below(6)
      guard server.fields(of: Shop.product(number)) == nil,
        !server.wasDeleted(Shop.product(number))
      else { return "is there" }
      Shop.addProduct(number, to: server)
      return "made \(number)"
    case .staffDelete:
      guard let key = any([.product, .variant, .translation, .price]) else { return "nothing" }
      return "\(key) \(server.remove(key))"
    case .erpPrice:
      guard let key = any([.price]) else { return "no price" }
      let old = server.fields(of: key)?["amount"]?.integer ?? 10_000
      return "\(key) \(server.put(key, ["amount": .integer(old + 100)], by: .erp))"
    case .erpStock:
      guard let key = any([.inventoryLevel]) else { return "no stock" }
      let old = server.fields(of: key)?["available"]?.integer ?? 0
      let new = max(0, old + Changes.movement(random))
      return "\(key) \(server.put(key, ["available": .integer(new)], by: .erp))"
    case .poison:
      guard let key = any([.product]) else { return "no product" }
      let poisoned = server.poisoned
      server.poison(poisoned.min() ?? key, poisoned.isEmpty)
      return "\(key)"
    case .expireCursors: server.expireCursors()
    case .newEpoch: server.beginEpoch()
    case .commitLag: server.setCommitLag(seconds: Int64(random.below(2) * 1800))
    case .wait: time.sleep(milliseconds: [3_600_000, 90_000_000][random.below(2)])
    default: break
    }
    return "done"
  }

  // MARK: An editor

  /// Runs an editor's step with its faults; a crash is followed by a start.
  private func work(_ step: Step, _ editor: EditorSite, _ random: SeededRandom) throws -> String {
    editor.line.arm(step.callFault, atCall: step.call)
    let place = server.history.count
    if options.isCalm {
      editor.close()
      editor.disk.arm(nil)
    }
    if let fault = step.diskFault {
      // The program is started for the step, so that opening is a part of it.
      editor.close()
      editor.disk.arm(fault, atCall: step.diskCall, seed: step.seed)
    }
    let result = allowingRefusal { try act(step, editor, random) }
    lastCalls = editor.line.calls
    lastWritingCalls = editor.line.writingCalls
    editor.line.arm(nil)
    if options.isCalm, step.diskFault == nil {
      editor.close()
      lastDiskCalls = editor.disk.counts.calls
    }
    guard let fault = step.diskFault else {
      try editor.adoptLogged(place: place)
      return result
    }
    editor.close()  // which writes too, and may be what the fault strikes
    if editor.disk.counts.hits > 0 { figures.diskFaults[fault, default: 0] += 1 }
    let wasDown = editor.disk.isDown
    if wasDown { editor.disk.restart() } else { editor.disk.arm(nil) }
    let isByHand = ![.pull, .push, .pushAway, .resolve, .undo].contains(step.action)
    try editor.adoptLogged(place: place, as: isByHand ? .typed : .carriedOut)
    checked("I15")
    for fault in try Soundness.faults(of: editor.look()) { violate("I15", fault) }
    return result + (wasDown ? "; crashed" : "")
  }

  private func act(_ step: Step, _ editor: EditorSite, _ random: SeededRandom) throws -> String {
    switch step.action {
    case .edit: return try edit(editor, random)
    case .editAgain:
      guard let last = editor.lastEdit else { return "nothing yet" }
      return try edit(editor, try editor.current(last.key), field: last.field, random)
    case .create: return try create(editor, random)
    case .delete: return try delete(editor, random)
    case .withdraw: return try withdraw(editor, random)
    case .swapNames: return try swapNames(editor, random)
    case .pull: return try pull(editor) + filesOf(editor)
    case .push:
      let files = try filesOf(editor)
      return files + (try push(editor)) + (try filesOf(editor))
    case .pushAway: return try pushAway(editor, random)
    case .resolve: return try resolve(editor, random)
    case .undo: return try undo(editor)
    case .scene: return try play(editor, random)
    case .takeInFiles: return try filesOf(editor)
    case .writeFile: return try writeFile(editor, random)
    case .editFile: return try editFile(editor, random)
    case .spoilFile: return try spoilFile(editor, random)
    case .moveFile: return try moveFile(editor, random)
    case .exportSheet: return try exportSheet(editor, random)
    case .importSheet: return try importSheet(editor, random)
    case .backUp: return try backUp(editor)
    case .restoreFolder: return try restoreFolder(editor, random)
    case .cloneFolder: return try cloneFolder(editor, random)
    case .upgrade: return try upgrade(editor, random)
    default: return "nothing"
    }
  }

  /// What a look at the files came to, for the trace.
  private func filesOf(_ editor: EditorSite) throws -> String {
    let report = try takeInFiles(editor)
    let isQuiet = report.edits.isEmpty && report.findings.isEmpty && report.written.isEmpty
    if isQuiet { return "" }
    let edits = report.edits.map { "\($0.key) \($0.field)" }
    let findings = report.findings.map { "\($0.code) \($0.location?.file ?? "")" }
    return "; files: \(edits) \(findings) \(report.written)"
  }

  func edit(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let keys = try editor.visible([
      .product, .variant, .price, .inventoryLevel, .collection, .translation,
    ])
    guard !keys.isEmpty else { return "sees nothing" }
    // Products are what editors work on most.
    let products = keys.filter { $0.type == .product }
    let pool = random.below(2) == 0 && !products.isEmpty ? products : keys
    return try edit(editor, pool[random.below(pool.count)], field: nil, random)
  }

  private func edit(
    _ editor: EditorSite, _ key: RecordKey, field: String?, _ random: SeededRandom
  ) throws -> String {
    let fields = try editor.fields(of: key)
    var drawn = Changes.draw(key.type, fields, random)
    for _ in 0..<20 where field != nil && drawn?.field != field {
      drawn = Changes.draw(key.type, fields, random)
    }
    guard let change = drawn, field == nil || change.field == field, !fields.isEmpty else {
      return "nothing to change"
    }
    let isCount = key.type == .inventoryLevel && random.below(6) == 0
    if isCount { editor.counted.insert(key) }
    return try edit(editor, key, [FieldEdit(change.field, change.value, isCount: isCount)])
  }

  /// Changes a field once more, whatever it is.
  func editAgain(
    _ editor: EditorSite, _ key: RecordKey, _ field: String, _ random: SeededRandom
  ) throws -> String {
    try edit(editor, key, field: field, random)
  }

  func edit(
    _ editor: EditorSite, _ key: RecordKey, _ changes: [FieldEdit]
  ) throws -> String {
    let place = server.history.count
    var starts: [String: FieldValue] = [:]
    for change in changes { starts[change.field] = try editor.start(of: change.field, key) }
    let entries = try editor.mirror().edit(key, changes, source: .cli)
    try editor.accept(entries, starts: starts, place: place)
    // Who writes what the edit began from takes the edit back.
    for entry in entries where entry.to == starts[entry.field] {
      let index = editor.accepted.lastIndex { $0.field == entry.field && $0.key == entry.key }
      if let index { editor.accepted[index].isOver = true }
    }
    return "\(key) \(changes.map { "\($0.field)=\($0.value.json)" }) \(entries.count)"
  }

  private func create(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let mark = editor.random.sortableID(at: editor.clock.now)
    let product = RecordKey(.product, "prd_\(mark)")
    let variant = RecordKey(.variant, "var_\(mark)")
    let handles = ["lamp", "bag", "belt", "new-\(editor.number)-\(random.below(3))"]
    let records: [(RecordKey, [String: FieldValue])] = [
      (
        product,
        [
          "handle": .text(handles[random.below(handles.count)]), "title": .text("Made \(mark)"),
          "status": .text("active"),
        ]
      ),
      (
        variant,
        [
          "sku": .text("N-\(mark)"), "position": .integer(1), "links.product": .text(product.id),
        ]
      ),
    ]
    try make(editor, records)
    return "\(product)"
  }

  func make(_ editor: EditorSite, _ records: [(RecordKey, [String: FieldValue])]) throws {
    let place = server.history.count
    let entries = try editor.mirror().settle { transaction in
      try records.flatMap { try transaction.create($0, fields: $1, source: .cli) }
    }
    try editor.accept(entries, place: place)
  }

  private func delete(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let keys = try editor.visible([.product, .translation, .price])
    guard !keys.isEmpty else { return "sees nothing" }
    return try erase(editor, keys[random.below(keys.count)])
  }

  func erase(_ editor: EditorSite, _ key: RecordKey) throws -> String {
    let place = server.history.count
    let entries = try editor.mirror().delete(key, source: .cli)
    if entries.contains(where: { $0.origin == .withdrawal }) { try editor.takeBack(key) }
    try editor.accept(entries, place: place)
    return "\(key) \(entries.count)"
  }

  private func withdraw(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let edited = editor.accepted.filter { !$0.isOver }
    guard !edited.isEmpty else { return "nothing is edited" }
    let key = try editor.current(edited[random.below(edited.count)].key)
    let entries = try editor.mirror().withdraw(key)
    for entry in entries {
      for index in editor.accepted.indices where editor.accepted[index].field == entry.field {
        if try editor.current(editor.accepted[index].key) == key {
          editor.accepted[index].isOver = true
        }
      }
    }
    return "\(key) \(entries.count)"
  }

  /// Two products take each other's handle: the plan must find an interim name.
  private func swapNames(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let keys = try editor.visible([.product])
    guard keys.count > 1 else { return "sees too few" }
    let one = keys[random.below(keys.count)]
    let other = keys[random.below(keys.count)]
    guard one != other, let first = try editor.fields(of: one)["handle"],
      let second = try editor.fields(of: other)["handle"]
    else { return "the same" }
    let a = try edit(editor, one, [FieldEdit("handle", second)])
    let b = try edit(editor, other, [FieldEdit("handle", first)])
    return "\(a), \(b)"
  }
}
