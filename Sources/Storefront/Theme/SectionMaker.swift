import Bytes
import Diagnostics

/// Makes what templates see of sections and blocks, and checks what files fill in.
struct SectionMaker {
  let schemas: [String: SectionSchema]
  let sink: DiagnosticSink

  func schema(_ type: String) -> SectionSchema? { schemas["sections/\(type)"] }

  // MARK: Groups

  func group(_ json: ThemeJSON) -> [SectionLibrary.Placed] {
    let sections = json.value["sections"]
    var order = json.value["order"]?.children.compactMap(\.string) ?? []
    if json.value["order"] == nil { order = sections?.members.map(\.name) ?? [] }
    var placed: [SectionLibrary.Placed] = []
    for (index, id) in order.enumerated() {
      guard let entry = sections?[id] else {
        sink.report(
          Diagnostic(
            "theme.section", .error, "`order` names a section `\(id)` that is not in `sections`",
            at: json.location(of: [.key("order"), .index(index)])))
        continue
      }
      let path: [ThemeJSON.Step] = [.key("sections"), .key(id)]
      let type = entry["type"]?.string ?? ""
      guard schema(type) != nil else {
        let known = schemas.keys.filter { $0.hasPrefix("sections/") }.map {
          String($0.dropFirst(9))
        }
        sink.report(
          Diagnostic(
            "theme.section", .error, "there is no section `\(type)`",
            at: json.location(of: path + [.key("type")]),
            help: Suggestion.nearest(to: type, among: known.sorted()).map {
              "did you mean `\($0)`?"
            }))
        continue
      }
      check(entry, type: type, in: json, at: path)
      if entry["disabled"]?.boolean == true { continue }
      placed.append(
        .init(
          type: type,
          object: object(id: id, type: type, given: entry, index: placed.count + 1)))
    }
    return placed
  }

  /// Compares what a file fills in with the section's schema.
  func check(_ given: TapeValue, type: String, in json: ThemeJSON, at path: [ThemeJSON.Step]) {
    guard let schema = schema(type), !schema.isUnreadable else { return }
    SettingDefinition.check(
      given["settings"], against: schema.settings, of: "section `\(type)`", in: json,
      at: path + [.key("settings")], sink)
    let blocks = given["blocks"]
    if let blocks, blocks.count > schema.blockLimit {
      sink.report(
        Diagnostic(
          "theme.setting", .error,
          "section `\(type)` takes \(schema.blockLimit) blocks, here are \(blocks.count)",
          at: json.location(of: path + [.key("blocks")], isKey: true)))
    }
    for (id, block) in blocks?.members ?? [] {
      let place = path + [.key("blocks"), .key(id)]
      let kind = block["type"]?.string ?? ""
      guard schema.takes(kind) else {
        let known = schema.blocks.map(\.type).joined(separator: ", ")
        sink.report(
          Diagnostic(
            "theme.setting", .error, "section `\(type)` takes no blocks of type `\(kind)`",
            at: json.location(of: place + [.key("type")]),
            help: known.isEmpty ? nil : "it takes \(known)"))
        continue
      }
      if schemas["blocks/\(kind)"]?.isUnreadable == true { continue }
      SettingDefinition.check(
        block["settings"], against: settings(ofBlock: kind, in: schema), of: "block `\(kind)`",
        in: json, at: place + [.key("settings")], sink)
    }
    for (index, name) in (given["block_order"]?.children ?? []).enumerated()
    where blocks?[name.string ?? ""] == nil {
      sink.report(
        Diagnostic(
          "theme.setting", .error,
          "`block_order` names a block `\(name.string ?? "")` that is not in `blocks`",
          at: json.location(of: path + [.key("block_order"), .index(index)])))
    }
  }

  // MARK: Objects

  private func settings(ofBlock type: String, in schema: SectionSchema) -> [SettingDefinition] {
    schema.blocks.first { $0.type == type && !$0.settings.isEmpty }?.settings
      ?? schemas["blocks/\(type)"]?.settings ?? []
  }

  /// What a section's template sees as `section`.
  func object(id: String, type: String, given: TapeValue?, index: Int?) -> Tape {
    let schema = schema(type) ?? .empty
    var builder = TapeBuilder()
    builder.beginObject()
    builder.member(Key.id, id)
    builder.member(Key.type, type)
    builder.key("index")
    if let index { builder.append(index) } else { builder.appendNull() }
    builder.key("settings")
    builder.append(schema.settings, values: given?["settings"])
    builder.key("blocks")
    builder.beginArray()
    for block in blocks(of: given) {
      builder.append(
        self.block(id: block.id, type: block.type, values: block.settings, in: schema).value)
    }
    builder.end()
    builder.end()
    return builder.finish()
  }

  private func blocks(of given: TapeValue?)
    -> [(id: String, type: String, settings: TapeValue?)]
  {
    guard let blocks = given?["blocks"] else { return [] }
    let named: [(String, TapeValue)]
    if blocks.kind == .array {
      named = blocks.children.enumerated().map { ("block-\($0.offset + 1)", $0.element) }
    } else if let order = given?["block_order"]?.children.compactMap(\.string) {
      named = order.compactMap { name in blocks[name].map { (name, $0) } }
    } else {
      named = blocks.members.map { ($0.name, $0.value) }
    }
    return named.filter { $0.1["disabled"]?.boolean != true }.map {
      ($0.0, $0.1["type"]?.string ?? "", $0.1["settings"])
    }
  }

  /// What a block's template sees as `block`.
  func block(id: String, type: String, values: TapeValue?, in schema: SectionSchema) -> Tape {
    var builder = TapeBuilder()
    builder.beginObject()
    builder.member(Key.id, id)
    builder.member(Key.type, type)
    builder.key("settings")
    builder.append(settings(ofBlock: type, in: schema), values: values)
    // The theme editor's hook; there is none here.
    builder.member(Key.shopifyAttributes, "")
    builder.end()
    return builder.finish()
  }
}
