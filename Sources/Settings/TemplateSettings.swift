/// How templates are read and bounded.
public struct TemplateSettings: Sendable, Equatable {
  /// What happens where a template uses a variable that does not exist.
  public enum Undefined: String, Sendable, CaseIterable {
    /// It is nothing.
    case off
    /// It is nothing, and a warning names it.
    case warn
    /// The build has an error.
    case error
  }

  /// What happens with unknown variables.
  public var undefined: Undefined
  /// Whether `.html` templates escape what they print.
  public var escapes: Bool
  /// Bytes of one page.
  public var outputBytes: Int
  /// Passes through all loops of one page.
  public var loopSteps: Int
  /// Blocks in blocks of a template.
  public var nesting: Int
  /// Templates and blocks in each other while rendering.
  public var depth: Int
  /// Seconds for one page.
  public var seconds: Int

  init(_ reader: SettingsReader) {
    func limit(_ name: String, _ usual: Int) -> Int {
      reader.text("templates.limits.\(name)").flatMap { Int($0) } ?? usual
    }
    undefined = reader.text("templates.undefined").flatMap(Undefined.init(rawValue:)) ?? .warn
    escapes = reader.text("templates.escape") == "true"
    outputBytes = limit("output_bytes", 64 << 20)
    loopSteps = limit("loop_steps", 20_000_000)
    nesting = limit("nesting", 100)
    depth = limit("depth", 100)
    seconds = limit("seconds", 30)
  }
}
