import Bytes
import Diagnostics

/// A place of a template where a variable was found not to exist.
struct UndefinedPlace: Hashable {
  let program: ObjectIdentifier
  let op: Int32
}

extension RenderContext {
  /// What a variable is that was never set: `self`, else nothing, reported as the dialect says.
  @inline(never)
  mutating func missing(
    _ op: Op, at position: Int, _ program: Program
  ) throws(LiquidError) -> Value {
    if op.b == loopNames.itself {
      let scope = Value(kind: .scope, count: frame)
      guard op.code == .loadMember else { return scope }
      let value = try member(of: scope, op.c, Op.Command(rawValue: op.extra) ?? .none)
      if value.kind == .absent { try undefined(op, at: position, program) }
      return value
    }
    try undefined(op, at: position, program)
    return .absent
  }

  mutating func loadNamed(
    _ op: Op, at position: Int, _ program: Program
  ) throws(LiquidError) {
    let name = pop()
    var value = Value.absent
    if name.kind == .text {
      let key = Symbols.shared.find(String(decoding: name.bytes, as: UTF8.self))
      if let key { value = variable(key) }
      if value.kind == .absent, key == loopNames.itself {
        value = Value(kind: .scope, count: frame)
      }
    }
    if value.kind == .absent { try undefined(op, at: position, program) }
    push(value)
  }

  /// Reports a variable that does not exist, with the whole way to it.
  @inline(__always)
  mutating func undefined(
    _ op: Op, at position: Int, _ program: Program
  ) throws(LiquidError) {
    if op.flag & 1 != 0 { try reportUndefined(at: position, program) }
  }

  @inline(never)
  private mutating func reportUndefined(
    at position: Int, _ program: Program
  ) throws(LiquidError) {
    if set.dialect.undefined == .warn {
      let place = UndefinedPlace(program: ObjectIdentifier(program), op: Int32(position))
      // Told once: looking for a better name each time would slow down every page.
      guard reportedPlaces.insert(place).inserted else { return }
    }
    let path = Self.path(to: position, program)
    let known = set.slotKeys(from: 0).filter { key in
      set.knownSlot(of: key).map { load($0).kind != .absent } ?? false
    }
    let names = known.map { Symbols.shared.name($0) }
    let root = String(path.prefix { $0 != "." && $0 != "[" })
    // Where the way begins with a key that was computed, there is no name to be near to.
    let isNamed = !root.hasPrefix("…") && !names.contains(root)
    let near = isNamed ? Suggestion.nearest(to: root, among: names) : nil
    let error = LiquidError(
      .undefinedVariable, "undefined variable \(path)", help: near.map { "did you mean '\($0)'?" })
    guard set.dialect.undefined == .warn else { throw error }
    guard warnings.count < 1_000 else { return }
    let node = program.nodes[Int(program.nodeOf[position])]
    var finding = error.located(at: program.location(of: node)).diagnostic
    finding.severity = .warning
    for outer in programs.dropLast().reversed() {
      finding.notes.append("included from \(outer.name)")
    }
    warn(finding)
  }

  /// `product.images[0].alt`, from the ops that led to the one at `position`.
  private static func path(to position: Int, _ program: Program) -> String {
    var parts: [String] = []
    var index = position
    while index >= 0 {
      let op = program.ops[index]
      switch op.code {
      case .member: parts.append(".\(Symbols.shared.name(op.a))")
      case .element:
        parts.append("[…]")
        // The key was computed by the ops before; a constant or a plain variable is one op.
        index -= 1
        if program.ops[index].code == .constant,
          let key = program.constants[Int(program.ops[index].a)].integer
        {
          parts[parts.count - 1] = "[\(key)]"
        } else if program.ops[index].code == .load {
          parts[parts.count - 1] = "[\(Symbols.shared.name(program.ops[index].b))]"
        } else if program.ops[index].code == .loadMember {
          let key = program.ops[index]
          parts[parts.count - 1] = "[\(Symbols.shared.name(key.b)).\(Symbols.shared.name(key.c))]"
        } else {
          return "…" + parts.reversed().joined()
        }
      case .load: return Symbols.shared.name(op.b) + parts.reversed().joined()
      case .loadMember:
        return "\(Symbols.shared.name(op.b)).\(Symbols.shared.name(op.c))"
          + parts.reversed().joined()
      default: return parts.reversed().joined()
      }
      index -= 1
    }
    return parts.reversed().joined()
  }
}
