public import Diagnostics

/// What went wrong in a template, with the reference's wording and the place.
public struct LiquidError: Error, Sendable {
  /// The class of an error, as the reference names it.
  public enum Kind: String, Sendable {
    /// The template cannot be parsed.
    case syntax = "SyntaxError"
    /// A filter or tag was given what it cannot use.
    case argument = "ArgumentError"
    /// A partial cannot be had.
    case fileSystem = "FileSystemError"
    /// Blocks or includes nest too deep.
    case stackLevel = "StackLevelError"
    /// A limit on output, loops or time was passed.
    case memory = "MemoryError"
    /// Division by zero.
    case zeroDivision = "ZeroDivisionError"
    /// A number that is not finite was rounded.
    case floatDomain = "FloatDomainError"
    /// A variable that does not exist was used.
    case undefinedVariable = "UndefinedVariable"
    /// A filter that does not exist was used.
    case undefinedFilter = "UndefinedFilter"
    /// A tag was used where it is not allowed.
    case disabled = "DisabledError"
    /// A host function failed.
    case host = "StandardError"
    /// What the reference reports as its own failure: an operand of a kind it did not expect.
    case unexpected = "InternalError"
  }

  /// A step of the way from the page to the place: a template and the line of its include.
  public struct Step: Sendable, Equatable {
    /// Name of the template.
    public let template: String
    /// Line of the tag that brought in the next one.
    public let line: Int
  }

  final class Details: Sendable {
    let kind: Kind
    let message: String
    let location: SourceLocation?
    let line: Int?
    let template: String?
    let markup: String?
    let chain: [Step]
    let help: String?

    init(
      kind: Kind, message: String, location: SourceLocation?, line: Int?, template: String?,
      markup: String?, chain: [Step], help: String?
    ) {
      self.kind = kind
      self.message = message
      self.location = location
      self.line = line
      self.template = template
      self.markup = markup
      self.chain = chain
      self.help = help
    }
  }

  let details: Details

  /// Makes an error; the engine adds the place where it is caught.
  public init(_ kind: Kind, _ message: String, help: String? = nil) {
    details = Details(
      kind: kind, message: message, location: nil, line: nil, template: nil, markup: nil, chain: [],
      help: help)
  }

  init(details: Details) { self.details = details }

  /// The class of the error.
  public var kind: Kind { details.kind }
  /// The cause, without prefix and place.
  public var message: String { details.message }
  /// Name of the template in which it happened.
  public var template: String? { details.location?.file }
  /// Line, from 1.
  public var line: Int? { details.line ?? details.location?.line }
  /// Column in characters, from 1.
  public var column: Int? { details.location?.column }
  /// The file, line, column and excerpt.
  public var location: SourceLocation? { details.location }
  /// The includes that led there, outermost first.
  public var chain: [Step] { details.chain }
  /// The reference's class name, for example `Liquid::SyntaxError`.
  public var className: String { "Liquid::\(kind.rawValue)" }

  /// The reference's text: `Liquid error (line 1): divided by 0`. Partials are named in it.
  public var fullMessage: String { fullMessage(inLine: nil, partial: nil) }

  /// The reference's text with a place for an error that has none.
  func fullMessage(inLine given: Int?, partial: String?) -> String {
    let template = line == nil ? partial : details.template
    var text = kind == .syntax ? "Liquid syntax error" : "Liquid error"
    if let line = line ?? given {
      text += " ("
      if let template { text += "\(template) " }
      text += "line \(line))"
    }
    text += ": \(message)"
    if let markup = details.markup { text += " \(markup)" }
    return text
  }

  /// The error as a finding with its place, excerpt and chain of includes.
  public var diagnostic: Diagnostic {
    var notes = details.chain.reversed().map { "included from \($0.template):\($0.line)" }
    let isCircle = Set(notes).count < notes.count
    // A circle is as long as the limit allows, and its ends tell it.
    if notes.count > 2 * Self.shownSteps {
      let left = notes.count - 2 * Self.shownSteps
      notes.replaceSubrange(
        Self.shownSteps..<(Self.shownSteps + left), with: ["and so on, \(left) times more"])
    }
    var cause = message
    if let markup = details.markup { cause += " \(markup)" }
    let help = isCircle ? "templates bring each other in without end: break the circle" : nil
    return Diagnostic(
      kind.code, .error, cause, at: details.location, notes: notes,
      help: details.help ?? (kind == .stackLevel ? help : nil))
  }

  /// How many includes are shown of each end of a long way.
  private static let shownSteps = 4

  /// The error with a place, unless it has one.
  func located(
    at location: @autoclosure () -> SourceLocation, line: Int? = nil, partial: String? = nil
  ) -> LiquidError {
    guard details.location == nil else { return self }
    return LiquidError(
      details: Details(
        kind: kind, message: message, location: location(), line: line, template: partial,
        markup: details.markup, chain: details.chain, help: details.help))
  }

  /// The error with the markup in which it was found, as the reference cites it.
  func citing(markup: String) -> LiquidError {
    guard details.markup == nil else { return self }
    return LiquidError(
      details: Details(
        kind: kind, message: message, location: details.location, line: details.line,
        template: details.template, markup: markup, chain: details.chain, help: details.help))
  }

  /// The error seen from a template that included the one in which it happened.
  func included(from template: String, line: Int) -> LiquidError {
    LiquidError(
      details: Details(
        kind: kind, message: message, location: details.location, line: details.line,
        template: details.template, markup: details.markup,
        chain: [Step(template: template, line: line)] + details.chain, help: details.help))
  }
}

extension LiquidError.Kind {
  /// The stable code of findings of this kind.
  public var code: String {
    switch self {
    case .syntax: "liquid.syntax"
    case .argument: "liquid.argument"
    case .fileSystem: "liquid.partial"
    case .stackLevel: "liquid.nesting"
    case .memory: "liquid.limit"
    case .zeroDivision: "liquid.zero-division"
    case .floatDomain: "liquid.number"
    case .undefinedVariable: "liquid.undefined-variable"
    case .undefinedFilter: "liquid.undefined-filter"
    case .disabled: "liquid.disabled"
    case .host: "liquid.host"
    case .unexpected: "liquid.operand"
    }
  }
}
