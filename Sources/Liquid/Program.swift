import Bytes
public import Diagnostics

/// A parsed template: immutable, shared by all threads.
///
/// `@unchecked Sendable`: the pointers are written only before `init` returns.
public final class Program: @unchecked Sendable {
  /// A use of a host's tag, as the source has it.
  public struct TagUse: Sendable {
    /// Name of the tag.
    public let name: String
    /// Its positional arguments; nil where one is not constant text.
    public let arguments: [String?]
    /// What stands in a tag of kind `raw`.
    public let rawBody: String
    let range: Range<Int>
  }

  /// Name as cited in errors.
  public let name: String
  /// The host's tags, in order of the source.
  public let tags: [TagUse]
  /// Names of the partials that are brought in by a constant name.
  public let partials: [String]

  let source: UnsafeRawBufferPointer
  let ops: UnsafePointer<Op>
  let opCount: Int
  let constants: UnsafePointer<Value>
  let names: UnsafePointer<SymbolID>
  let targets: [Int32]
  let loops: [LoopPlan]
  let partialPlans: [PartialPlan]
  let nodes: [Node]
  let nodeOf: [Int32]
  let escapes: Bool
  let isPartial: Bool
  let caseDepth: Int
  private let constantMemory: UnsafeMutablePointer<Value>

  init(
    name: String, isPartial: Bool, escapes: Bool, caseDepth: Int32, emitter: consuming Emitter
  ) {
    self.name = name
    self.isPartial = isPartial
    self.escapes = escapes
    self.caseDepth = Int(caseDepth)
    tags = emitter.tags
    partials = emitter.partialNames
    targets = emitter.targets
    loops = emitter.loops
    partialPlans = emitter.partials
    nodes = emitter.nodes
    nodeOf = emitter.nodeOf
    let text = emitter.source + emitter.extra
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(text.count, 1), alignment: 1)
    text.withUnsafeBytes {
      if let base = $0.baseAddress { bytes.copyMemory(from: base, byteCount: $0.count) }
    }
    source = UnsafeRawBufferPointer(start: bytes, count: text.count)
    sourceCount = emitter.source.count
    let list = UnsafeMutablePointer<Op>.allocate(capacity: max(emitter.ops.count, 1))
    list.initialize(from: emitter.ops, count: emitter.ops.count)
    ops = UnsafePointer(list)
    opCount = emitter.ops.count
    let keys = UnsafeMutablePointer<SymbolID>.allocate(capacity: max(emitter.names.count, 1))
    keys.initialize(from: emitter.names, count: emitter.names.count)
    names = UnsafePointer(keys)
    constantMemory = .allocate(capacity: max(emitter.constants.count, 1))
    for (index, constant) in emitter.constants.enumerated() {
      (constantMemory + index).initialize(to: constant.value(in: source))
    }
    constants = UnsafePointer(constantMemory)
  }

  let sourceCount: Int

  deinit {
    source.deallocate()
    ops.deallocate()
    names.deallocate()
    constantMemory.deallocate()
  }

  /// The node that an op belongs to. The op that ends the program belongs to none: what is found
  /// only there, such as too long an output, is told of the last node.
  func node(at position: Int) -> Node? {
    let index = Int(nodeOf[position])
    return index >= 0 ? nodes[index] : nodes.last
  }

  /// The line of the tag or output that an op belongs to; nil between them.
  func line(at position: Int) -> Int? {
    let node = Int(nodeOf[position])
    return node < 0 ? nil : Int(nodes[node].line)
  }

  /// The place of a node in the source.
  func location(of node: Node) -> SourceLocation {
    SourceLocation(
      file: name, text: UnsafeRawBufferPointer(rebasing: source[..<sourceCount]),
      offset: Int(node.offset), length: Int(node.length))
  }

  /// Where a use of a host's tag stands. O(source).
  public func location(of use: TagUse) -> SourceLocation {
    SourceLocation(
      file: name, text: UnsafeRawBufferPointer(rebasing: source[..<sourceCount]),
      offset: use.range.lowerBound, length: max(use.range.count, 1))
  }

  /// The place of the first tag that brings in the partial called `name`.
  func location(ofPartial name: String) -> SourceLocation? {
    for index in 0..<opCount where ops[index].code == .render || ops[index].code == .include {
      if partialPlans[Int(ops[index].a)].name == name {
        return location(of: nodes[Int(nodeOf[index])])
      }
    }
    return nil
  }
}

/// A literal of a template before its program stands in memory.
enum Constant: Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case float(Double)
  case blank
  case empty
  /// Text or big number: offset and length in the source, or in the emitter's extra text.
  case text(Int, Int)
  case big(Int, Int)
  case range(Int64, Int64)

  func value(in source: UnsafeRawBufferPointer) -> Value {
    switch self {
    case .null: .null
    case .boolean(let flag): Value(flag)
    case .integer(let number): Value(number)
    case .float(let number): Value(number)
    case .blank: Value(kind: .blank)
    case .empty: Value(kind: .empty)
    case .text(let offset, let length):
      Value(text: UnsafeRawBufferPointer(rebasing: source[offset..<(offset + length)]))
    case .big(let offset, let length):
      Value(text: UnsafeRawBufferPointer(rebasing: source[offset..<(offset + length)]), kind: .big)
    case .range: .null
    }
  }
}
