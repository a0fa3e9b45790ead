import Bytes
import Diagnostics

/// Collects the ops and tables of a program while its template is parsed.
struct Emitter: ~Copyable {
  var source: [UInt8]
  /// Text that is not part of the source, behind it in the program's memory.
  var extra: [UInt8] = []
  var ops: [Op] = []
  var nodeOf: [Int32] = []
  var nodes: [Node] = []
  var constants: [Constant] = []
  var names: [SymbolID] = []
  var targets: [Int32] = []
  var loops: [LoopPlan] = []
  var partials: [PartialPlan] = []
  var partialNames: [String] = []
  var tags: [Program.TagUse] = []
  private var constantIndex: [Constant: Int32] = [:]
  private var current: Int32 = -1

  init(source: [UInt8]) { self.source = source }

  var here: Int32 { Int32(ops.count) }

  @discardableResult
  mutating func emit(
    _ code: Op.Code, flag: UInt8 = 0, extra: UInt16 = 0, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0
  ) -> Int {
    ops.append(Op(code: code, flag: flag, extra: extra, a: a, b: b, c: c))
    nodeOf.append(current)
    return ops.count - 1
  }

  /// Makes `here` the target of a jump.
  mutating func land(_ op: Int) { ops[op].a = here }

  /// Begins a node; ops belong to it until it ends or an inner one begins.
  mutating func begin(offset: Int, length: Int, line: Int) -> (node: Int32, outer: Int32) {
    nodes.append(Node(offset: Int32(offset), length: Int32(length), line: Int32(line)))
    let outer = current
    current = Int32(nodes.count - 1)
    return (current, outer)
  }

  mutating func end(_ node: (node: Int32, outer: Int32), isBlank: Bool) {
    nodes[Int(node.node)].end = here
    nodes[Int(node.node)].isBlank = isBlank
    current = node.outer
  }

  mutating func constant(_ constant: Constant) -> Int32 {
    // Zero and negative zero are equal, but print differently.
    let isShared = constant != .float(0)
    if isShared, let index = constantIndex[constant] { return index }
    let index = Int32(constants.count)
    constants.append(constant)
    if isShared { constantIndex[constant] = index }
    return index
  }

  mutating func push(_ value: Constant) { emit(.constant, a: constant(value)) }

  /// Text that the source does not hold.
  mutating func text(_ string: String) -> Constant {
    let offset = source.count + extra.count
    let bytes = Array(string.utf8)
    extra.append(contentsOf: bytes)
    return .text(offset, bytes.count)
  }
}
