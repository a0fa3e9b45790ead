public import Bytes
public import Diagnostics
public import Liquid

/// The sections, groups and blocks of a theme with the settings that its files fill in: read and
/// checked once before the first page.
public final class SectionLibrary: Sendable {
  /// A section of a group.
  struct Placed: Sendable {
    /// Name of its template without the folder.
    let type: String
    /// What its template sees as `section`.
    let object: Tape
  }

  /// What a theme's files say besides its templates.
  public struct Source: Sendable {
    /// Groups of sections by name: `sections/header-group.json`.
    public var groups: [String: ThemeJSON] = [:]
    /// Names of groups that are no JSON, which was told when they were read.
    public var brokenGroups: Set<String> = []
    /// Settings of the whole theme: `config/settings_schema.json`.
    public var settingsSchema: ThemeJSON?
    /// What was filled in: `config/settings_data.json`.
    public var settingsData: ThemeJSON?

    /// Makes an empty source.
    public init() {}
  }

  /// What templates see as `settings`.
  public let settings: Tape
  /// What all `stylesheet` tags hold, in the order of the templates' names; empty where there is
  /// none.
  public let styles: [UInt8]
  /// What all `javascript` tags hold.
  public let scripts: [UInt8]

  private let schemas: [String: SectionSchema]
  private let groups: [String: [Placed]]
  private let single: [String: Tape]

  /// Makes a library without sections.
  public convenience init() {
    self.init(programs: [:], source: Source(), sink: DiagnosticSink())
  }

  /// Reads what the templates say of themselves; `programs` are keyed by name: `sections/hero`.
  /// What is wrong goes to `sink`.
  public init(programs: [String: Program], source: Source, sink: DiagnosticSink) {
    let ordered = programs.sorted { $0.key < $1.key }
    var schemas: [String: SectionSchema] = [:]
    for (name, program) in ordered {
      let schema = SectionSchema(of: program, sink)
      if name.hasPrefix("sections/") || name.hasPrefix("blocks/") {
        let hasSchema = program.tags.contains { $0.name == "schema" }
        schemas[name] = schema ?? (hasSchema ? .unreadable : .empty)
      }
    }
    self.schemas = schemas
    let maker = SectionMaker(schemas: schemas, sink: sink)
    settings = Self.settings(source, sink)
    let current = source.settingsData?.value["current"]
    var single: [String: Tape] = [:]
    for (name, schema) in schemas where name.hasPrefix("sections/") {
      let type = String(name.dropFirst("sections/".count))
      var given = schema.preset
      if let data = source.settingsData, let own = current?["sections"]?[type] {
        let path: [ThemeJSON.Step] = [.key("current"), .key("sections"), .key(type)]
        maker.check(own, type: type, in: data, at: path)
        given = own
      }
      single[type] = maker.object(id: type, type: type, given: given, index: nil)
    }
    self.single = single
    var groups = Dictionary(uniqueKeysWithValues: source.brokenGroups.map { ($0, [Placed]()) })
    for (name, json) in source.groups.sorted(by: { $0.key < $1.key }) {
      groups[name] = maker.group(json)
    }
    self.groups = groups
    styles = Self.gathered("stylesheet", ordered.map(\.value))
    scripts = Self.gathered("javascript", ordered.map(\.value))
  }

  private static func gathered(_ tag: String, _ programs: [Program]) -> [UInt8] {
    var result: [UInt8] = []
    for use in programs.flatMap(\.tags) where use.name == tag {
      result += use.rawBody.utf8
      if result.last != 10 { result.append(10) }
    }
    return result
  }

  private static func settings(_ source: Source, _ sink: DiagnosticSink) -> Tape {
    var definitions: [SettingDefinition] = []
    if let schema = source.settingsSchema {
      for (index, part) in schema.value.children.enumerated() {
        definitions += SettingDefinition.read(
          part["settings"], in: schema, at: [.index(index), .key("settings")], sink)
      }
    }
    var values: TapeValue?
    if let data = source.settingsData, let current = data.value["current"], current.kind == .object
    {
      var builder = TapeBuilder()
      builder.beginObject()
      for (name, value) in current.members where name != "sections" {
        builder.key(name)
        builder.append(value)
      }
      builder.end()
      let own = builder.finish().value
      SettingDefinition.check(
        own, against: definitions, of: "the theme", in: data, at: [.key("current")], sink)
      values = own
    }
    var builder = TapeBuilder()
    builder.append(definitions, values: values)
    return builder.finish()
  }

  /// What the template of a section sees as `section` where the tag `section` names it.
  func section(_ type: String) -> Tape? { single[type] }

  /// The sections of a group in order, nil where there is no such group.
  func group(_ name: String) -> [Placed]? { groups[name] }

  /// Names of all groups.
  var groupNames: [String] { groups.keys.sorted() }

  /// What the template of a theme block sees as `block` where nothing is filled in.
  func block(_ type: String, id: String) -> Tape {
    SectionMaker(schemas: schemas, sink: DiagnosticSink())
      .block(id: id, type: type, values: nil, in: .empty)
  }
}
