import Bytes
public import Diagnostics
import Synchronization

/// The text of a template and the name that errors cite.
public struct TemplateSource: Sendable {
  /// Name, for example `pages/product.html.liquid`.
  public let name: String
  /// UTF-8.
  public let text: [UInt8]

  /// Makes a source from bytes.
  public init(name: String, text: [UInt8]) {
    self.name = name
    self.text = text
  }

  /// Makes a source from text.
  public init(name: String, text: String) {
    self.init(name: name, text: Array(text.utf8))
  }
}

/// Finds partials by the names that templates use.
public protocol TemplateLoader: Sendable {
  /// The template called `name`, or nil where there is none.
  func source(named name: String) -> TemplateSource?

  /// The names that there are, as templates write them, for suggestions.
  var spokenNames: [String] { get }
}

extension TemplateLoader {
  /// None are told.
  public var spokenNames: [String] { [] }
}

/// Partials that are held in memory.
public struct MemoryLoader: TemplateLoader {
  /// Text by name.
  public var templates: [String: String]

  /// Makes a loader.
  public init(_ templates: [String: String]) { self.templates = templates }

  /// The template called `name`.
  public func source(named name: String) -> TemplateSource? {
    templates[name].map { TemplateSource(name: name, text: $0) }
  }

  /// All names.
  public var spokenNames: [String] { templates.keys.sorted() }
}

/// Templates of one dialect that may bring in each other, parsed once and shared by all threads.
public final class TemplateSet: Sendable {
  struct State {
    var programs: [String: Result<Program, LiquidError>] = [:]
    var slots: [SymbolID: Int32] = [:]
    var slotKeys: [SymbolID] = []
    var partialIDs: [String: Int32] = [:]
  }

  /// The language.
  public let dialect: Dialect
  let loader: (any TemplateLoader)?
  private let state = Mutex(State())

  /// Makes an empty set. Without a loader, templates cannot bring in partials.
  public init(dialect: Dialect, loader: (any TemplateLoader)?) {
    self.dialect = dialect
    self.loader = loader
  }

  /// The program of the partial or page called `name`, parsed at most once.
  public func program(named name: String) throws(LiquidError) -> Program {
    if let known = state.withLock({ $0.programs[name] }) { return try known.get() }
    guard let loader else {
      throw LiquidError(.fileSystem, "This liquid context does not allow includes.")
    }
    guard let source = loader.source(named: name) else {
      let near = Suggestion.nearest(to: name, among: loader.spokenNames)
      throw LiquidError(
        .fileSystem, "No such template '\(name)'", help: near.map { "did you mean '\($0)'?" })
    }
    let result: Result<Program, LiquidError>
    do throws(LiquidError) {
      result = .success(try parse(source, isPartial: true))
    } catch {
      result = .failure(error)
    }
    return try state.withLock { state in
      if let known = state.programs[name] { return known }
      state.programs[name] = result
      return result
    }.get()
  }

  /// Parses a template that is not kept.
  public func compile(_ source: TemplateSource) throws(LiquidError) -> Program {
    try parse(source, isPartial: false)
  }

  /// Parses all templates of these names and what they bring in; the findings, none if all is well.
  public func compileAll(_ names: [String]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var seen: Set<String> = []
    var open: [(name: String, origin: Program?)] = names.map { ($0, nil) }
    while let (name, origin) = open.popLast() {
      guard seen.insert(name).inserted else { continue }
      do throws(LiquidError) {
        let program = try program(named: name)
        open.append(contentsOf: program.partials.map { ($0, program) })
      } catch {
        let place = origin?.location(ofPartial: name)
        found.append((place.map { error.located(at: $0) } ?? error).diagnostic)
      }
    }
    return found
  }

  private func parse(_ source: TemplateSource, isPartial: Bool) throws(LiquidError) -> Program {
    let parser = TemplateParser(source: source, set: self, isPartial: isPartial)
    return try parser.parse()
  }

  /// The slot of a variable's name: the same in all programs of the set.
  func slot(of key: SymbolID) -> Int32 {
    state.withLock { state in
      if let slot = state.slots[key] { return slot }
      let slot = Int32(state.slotKeys.count)
      state.slots[key] = slot
      state.slotKeys.append(key)
      return slot
    }
  }

  /// The slot of a name that some program uses.
  func knownSlot(of key: SymbolID) -> Int32? { state.withLock { $0.slots[key] } }

  /// The names of all slots, in their order.
  func slotKeys(from first: Int) -> [SymbolID] {
    state.withLock { Array($0.slotKeys[first...]) }
  }

  var slotCount: Int { state.withLock { $0.slotKeys.count } }

  /// A small number for a partial's name, by which renderers remember its program.
  func partialID(of name: String) -> Int32 {
    state.withLock { state in
      if let id = state.partialIDs[name] { return id }
      let id = Int32(state.partialIDs.count)
      state.partialIDs[name] = id
      return id
    }
  }
}
