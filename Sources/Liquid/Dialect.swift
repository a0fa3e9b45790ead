public import Bytes

/// How much of the reference's older, forgiving grammar is taken.
public enum ParserMode: String, Sendable {
  /// The grammar of Liquid 5.13: everything in a tag is understood or refused.
  case strict2
  /// The grammar before it: most tags are strict, some forgive.
  case strict
  /// What is not understood is passed over, as in the oldest templates.
  case lax
}

/// What happens where a template uses a variable that does not exist.
public enum UndefinedPolicy: Sendable {
  /// It is nothing, as in the reference.
  case ignore
  /// It is nothing, and a warning names it.
  case warn
  /// The render ends.
  case fail
}

/// What happens where a template uses a filter that does not exist.
public enum UnknownFilterPolicy: Sendable {
  /// The template does not parse.
  case fail
  /// The value passes through, as in the reference.
  case passThrough
}

/// Bounds against templates that run away. The error names the template.
public struct Limits: Sendable {
  /// Bytes of output of one page.
  public var outputBytes: Int
  /// Passes through all loops of one page.
  public var loopSteps: Int
  /// Blocks in blocks, when parsing.
  public var nesting: Int
  /// Scopes in scopes, when rendering: includes and loops.
  public var depth: Int
  /// Seconds for one page.
  public var seconds: Double

  /// Bytes of values that one page may compute.
  var memoryBytes: Int {
    let (bytes, overflow) = outputBytes.multipliedReportingOverflow(by: 4)
    return overflow ? .max : bytes
  }

  /// Makes bounds; those left out are high.
  public init(
    outputBytes: Int = 64 << 20, loopSteps: Int = 20_000_000, nesting: Int = 100, depth: Int = 100,
    seconds: Double = 30
  ) {
    self.outputBytes = outputBytes
    self.loopSteps = loopSteps
    self.nesting = nesting
    self.depth = depth
    self.seconds = seconds
  }
}

/// What a filter does: input and arguments to a value.
public typealias FilterBody =
  @Sendable (inout RenderContext, Value, Arguments) throws(LiquidError) -> Value

/// A filter with its name and the number of arguments that it takes.
public struct FilterDefinition: Sendable {
  /// Name in templates.
  public let name: String
  /// How many positional arguments are allowed, without the input.
  public let arity: ClosedRange<Int>
  /// Whether named arguments are taken; otherwise they count as one positional argument.
  public let takesNames: Bool
  /// Whether the named arguments together count as a positional one although they are taken.
  var countsNames = false
  let body: FilterBody
}

/// A tag that a host adds.
public struct TagDefinition: Sendable {
  /// What belongs to a tag.
  public enum Kind: Sendable {
    /// The tag alone.
    case inline
    /// Everything to `end` + name, which is parsed.
    case block
    /// Everything to `end` + name as it stands.
    case raw
  }

  /// Name in templates.
  public let name: String
  /// What belongs to the tag.
  public let kind: Kind
  /// Bare words of the tag's grammar, such as `by` in `paginate x by 24`.
  public let keywords: [String]
  let render: @Sendable (inout RenderContext, TagCall) throws(LiquidError) -> Void

  /// Makes a tag. Its markup is `expression, expression, name: expression`; commas may be left out.
  public init(
    _ name: String, kind: Kind, keywords: [String] = [],
    render: @escaping @Sendable (inout RenderContext, TagCall) throws(LiquidError) -> Void
  ) {
    self.name = name
    self.kind = kind
    self.keywords = keywords
    self.render = render
  }
}

/// One use of a host's tag while it is rendered.
public struct TagCall: BitwiseCopyable, Sendable {
  /// What the tag was given.
  public let arguments: Arguments
  let raw: Value
  let bodyStart: Int32

  /// The text of a tag of kind `raw`.
  public var rawBody: UnsafeRawBufferPointer { raw.bytes }

  /// Renders what stands in a tag of kind `block` into the output; may be called often or never.
  public func renderBody(_ context: inout RenderContext) throws(LiquidError) {
    try context.runBody(from: Int(bodyStart))
  }
}

/// What an object of a record has besides the members that it holds; nil where it has no such member.
public typealias Completion =
  @Sendable (inout RenderContext, TapeValue, SymbolID) -> Value?

/// The language that a set of templates is written in: filters, tags, mode and policies.
public struct Dialect: Sendable {
  /// The grammar.
  public var mode: ParserMode = .strict2
  /// What happens with unknown variables.
  public var undefined: UndefinedPolicy = .ignore
  /// What happens with unknown filters.
  public var unknownFilters: UnknownFilterPolicy = .fail
  /// Bounds.
  public var limits = Limits()
  /// Whether output of the template of that name is escaped unless marked safe.
  public var escapesMarkup: @Sendable (String) -> Bool = { _ in false }
  /// Asked for members that an object of a record lacks.
  public var completion: Completion?

  var filters: [FilterDefinition] = []
  var filterIndex: [String: Int] = [:]
  var tags: [TagDefinition] = []
  var tagIndex: [String: Int] = [:]

  /// The language of the reference, with its filters.
  public static let core: Dialect = {
    var dialect = Dialect()
    dialect.addStringFilters()
    dialect.addEncodingFilters()
    dialect.addListFilters()
    dialect.addSelectingFilters()
    dialect.addNumberFilters()
    dialect.addDateFilter()
    return dialect
  }()

  init() {}

  /// Adds a filter, or replaces the one of that name.
  public mutating func addFilter(
    _ name: String, arity: ClosedRange<Int> = 0...8, takesNames: Bool = true,
    _ body: @escaping FilterBody
  ) {
    let filter = FilterDefinition(name: name, arity: arity, takesNames: takesNames, body: body)
    if let index = filterIndex[name] {
      filters[index] = filter
    } else {
      filterIndex[name] = filters.count
      filters.append(filter)
    }
  }

  /// Counts the named arguments of a filter together as a positional one, as Ruby does.
  mutating func countNames(of name: String) {
    if let index = filterIndex[name] { filters[index].countsNames = true }
  }

  /// Adds a tag, or replaces the one of that name. The language's own tags cannot be replaced.
  public mutating func addTag(_ tag: TagDefinition) {
    if let index = tagIndex[tag.name] {
      tags[index] = tag
    } else {
      tagIndex[tag.name] = tags.count
      tags.append(tag)
    }
  }

  /// What a filter does, for one that wraps it; nil where there is none of that name.
  public func filter(named name: String) -> FilterBody? {
    filterIndex[name].map { filters[$0].body }
  }

  /// Names of the host's tags.
  public var tagNames: [String] { tags.map(\.name) }

  /// Names of all filters.
  public var filterNames: [String] { filters.map(\.name) }
}
