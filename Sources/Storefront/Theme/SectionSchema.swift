import Bytes
import Diagnostics
import Liquid

/// What a section or theme block says of itself in its `schema` tag.
struct SectionSchema: Sendable {
  /// A kind of block that stands in a section.
  struct Block: Sendable {
    /// Its kind.
    let type: String
    /// What a merchant may fill in.
    let settings: [SettingDefinition]
  }

  /// What a merchant may fill in.
  let settings: [SettingDefinition]
  /// Kinds of blocks that it takes.
  let blocks: [Block]
  /// The most blocks that it takes.
  let blockLimit: Int
  /// What it holds where nobody filled anything in.
  let preset: TapeValue?
  /// Whether it is no JSON, which was told: then nothing is compared with it.
  var isUnreadable = false

  /// A schema without settings.
  static let empty = SectionSchema(settings: [], blocks: [], blockLimit: 50, preset: nil)

  /// What stands for a schema that is no JSON.
  static var unreadable: SectionSchema {
    var schema = empty
    schema.isUnreadable = true
    return schema
  }

  private init(
    settings: [SettingDefinition], blocks: [Block], blockLimit: Int, preset: TapeValue?
  ) {
    self.settings = settings
    self.blocks = blocks
    self.blockLimit = blockLimit
    self.preset = preset
  }

  /// Reads the `schema` of a template; nil where it has none or is no JSON.
  init?(of program: Program, _ sink: DiagnosticSink) {
    let uses = program.tags.filter { $0.name == "schema" }
    guard let use = uses.first else { return nil }
    for second in uses.dropFirst() {
      sink.report(
        SettingDefinition.fault(
          "a template has one schema, this is a second", program.location(of: second)))
    }
    let place = program.location(of: use)
    guard
      let json = ThemeJSON(
        Array(use.rawBody.utf8), file: place.file, line: place.line,
        column: place.column + place.length, excerpt: place.excerpt, sink: sink)
    else { return nil }
    self.init(json, sink)
  }

  private init?(_ json: ThemeJSON, _ sink: DiagnosticSink) {
    guard json.value.kind == .object else {
      sink.report(SettingDefinition.fault("a schema must be an object", json.location(of: [])))
      return nil
    }
    settings = SettingDefinition.read(
      json.value["settings"], in: json, at: [.key("settings")], sink)
    blockLimit = json.value["max_blocks"]?.integer.map { Int(clamping: $0) } ?? 50
    var blocks: [Block] = []
    for (index, entry) in (json.value["blocks"]?.children ?? []).enumerated() {
      let path: [ThemeJSON.Step] = [.key("blocks"), .index(index)]
      guard let type = entry["type"]?.string else {
        sink.report(SettingDefinition.fault("a block has no `type`", json.location(of: path)))
        continue
      }
      let settings = SettingDefinition.read(
        entry["settings"], in: json, at: path + [.key("settings")], sink)
      blocks.append(Block(type: type, settings: settings))
    }
    self.blocks = blocks
    preset = json.value["default"]
  }

  /// Whether blocks of this kind may stand in the section.
  func takes(_ type: String) -> Bool {
    // `@theme` takes every block of the theme, `@app` none that there is here.
    blocks.contains { $0.type == type || $0.type == "@theme" }
  }
}
