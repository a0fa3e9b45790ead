import Bytes
import Diagnostics

extension RenderContext {
  /// Runs a program from an op to its end. Where errors are printed, an error ends only its node.
  mutating func execute(_ program: Program, from start: Int) throws(LiquidError) {
    guard top + Self.stackReserve <= Self.stackCapacity else { throw TagError.nesting }
    let base = top
    let caseBefore = caseBase
    let outputStart = output.count
    caseBase = caseFlags.count
    for _ in 0..<program.caseDepth { caseFlags.append(false) }
    defer {
      caseFlags.removeLast(caseFlags.count - caseBase)
      caseBase = caseBefore
    }
    var position = start
    while true {
      do throws(LiquidError) {
        if profile == nil {
          try interpretPlain(program, &position)
        } else {
          try interpretMeasured(program, &position)
        }
        guard output.count - outputStart <= limits.outputBytes else { throw Self.overLimit }
        return
      } catch {
        guard let node = program.node(at: position) else { throw error }
        let partial = program.isPartial ? program.name : nil
        top = base
        guard printsErrors, error.kind != .memory else {
          throw error.located(
            at: program.location(of: node), line: Int(node.line), partial: partial)
        }
        // Without the place in the source, which takes time to find: errors may be many.
        if !node.isBlank {
          output.append(error.fullMessage(inLine: Int(node.line), partial: partial))
        }
        position = Int(node.end)
      }
    }
  }

  static var overLimit: LiquidError { LiquidError(.memory, "Memory limits exceeded") }

  @inline(__always)
  mutating func push(_ value: Value) {
    stack[top] = value
    top &+= 1
  }

  @inline(__always)
  mutating func pop() -> Value {
    top &-= 1
    return stack[top]
  }

  /// The loop without a profile, which costs nothing where it is off.
  @inline(never)
  private mutating func interpretPlain(
    _ program: Program, _ position: inout Int
  ) throws(LiquidError) {
    try interpret(program, &position, isMeasured: false)
  }

  /// The loop with a profile by line.
  @inline(never)
  private mutating func interpretMeasured(
    _ program: Program, _ position: inout Int
  ) throws(LiquidError) {
    try interpret(program, &position, isMeasured: true)
  }

  /// The loop that all rendering is; `position` tells the op that failed.
  @inline(__always)
  private mutating func interpret(
    _ program: Program, _ position: inout Int, isMeasured: Bool
  ) throws(LiquidError) {
    let ops = program.ops
    let escapes = program.escapes
    while true {
      let op = ops[position]
      if isMeasured, op.code != .text, let line = program.line(at: position) {
        profile?.visit(program, line: line)
      }
      switch op.code {
      case .skip: break
      case .text:
        output.append(
          UnsafeRawBufferPointer(
            start: program.source.baseAddress.map { $0 + Int(op.a) }, count: Int(op.b)))
      case .constant: push(program.constants[Int(op.a)])
      case .load:
        let value = load(op.a)
        push(value.kind == .absent ? try missing(op, at: position, program) : value)
      case .loadMember:
        let subject = load(op.a)
        if subject.kind == .absent {
          push(try missing(op, at: position, program))
        } else {
          let value = try member(of: subject, op.c, Op.Command(rawValue: op.extra) ?? .none)
          if value.kind == .absent { try undefined(op, at: position, program) }
          push(value)
        }
      case .member:
        let subject = stack[top &- 1]
        let value = try member(of: subject, op.a, Op.Command(rawValue: op.extra) ?? .none)
        // Where there was nothing before, that has been reported.
        if value.kind == .absent, subject.kind != .absent {
          try undefined(op, at: position, program)
        }
        stack[top &- 1] = value
      case .element:
        let key = pop()
        let subject = stack[top &- 1]
        let value = try element(of: subject, key)
        if value.kind == .absent, subject.kind != .absent {
          try undefined(op, at: position, program)
        }
        stack[top &- 1] = value
      case .loadNamed: try loadNamed(op, at: position, program)
      case .range: try makeRange(isStatic: op.flag == 1)
      case .filter: try applyFilter(op, program)
      case .raise:
        throw LiquidError(
          .argument, String(decoding: program.constants[Int(op.a)].bytes, as: UTF8.self))
      case .output:
        let value = pop()
        let mark = output.count
        do throws(LiquidError) {
          try escapes ? writeEscaped(value) : write(value)
        } catch {
          output.truncate(to: mark)
          throw error
        }
      case .jump:
        position = Int(op.a)
        continue
      case .jumpUnless:
        if pop().isTruthy == (op.flag == 1) {
          position = Int(op.a)
          continue
        }
      case .and:
        if !stack[top &- 1].isTruthy {
          position = Int(op.a)
          continue
        }
        top &-= 1
      case .or:
        if stack[top &- 1].isTruthy {
          position = Int(op.a)
          continue
        }
        top &-= 1
      case .compare:
        let right = pop()
        let left = stack[top &- 1]
        stack[top &- 1] = Value(
          try compare(left, Op.Comparison(rawValue: op.flag) ?? .equal, right))
      case .assign: assign(slot: op.a, pop())
      case .loopNext:
        if try nextPass() {
          position = Int(op.a)
          continue
        }
      case .loopBegin:
        if try !beginLoop(program.loops[Int(op.a)]) {
          position = Int(op.b)
          continue
        }
      case .cycle:
        position = Int(program.targets[Int(op.c) + (try turn(of: pop(), among: Int(op.b)))])
        continue
      case .end: return
      default:
        if let next = try tag(op, at: position, program) {
          position = next
          continue
        }
      }
      position &+= 1
    }
  }

  /// The rarer ops; where to go on, if not at the next one.
  private mutating func tag(
    _ op: Op, at position: Int, _ program: Program
  ) throws(LiquidError) -> Int? {
    switch op.code {
    case .captureBegin: captures.append(output.count)
    case .captureEnd:
      // What an escaping template prints is markup already.
      let text = takeText(from: captures.popLast() ?? output.count)
      assign(slot: op.a, program.escapes ? safe(text) : text)
      return interrupt == 0 ? nil : Int(op.c)
    case .changedBegin: captures.append(output.count)
    case .changedEnd:
      keepIfChanged(from: captures.popLast() ?? output.count)
      return interrupt == 0 ? nil : Int(op.c)
    case .increment, .decrement: try count(op)
    case .caseBegin: caseFlags[caseBase + Int(op.a)] = false
    case .caseMatch: caseFlags[caseBase + Int(op.a)] = true
    case .caseElse: return caseFlags[caseBase + Int(op.b)] ? Int(op.a) : nil
    case .call:
      try executeInner(program, from: Int(op.a))
      return interrupt == 0 ? nil : Int(op.c)
    case .interrupt:
      interrupt = op.flag
      return Int(op.a)
    case .interrupted: return interrupt == 0 ? nil : Int(op.c)
    case .tableBegin: return try beginTable(program.loops[Int(op.a)]) ? nil : Int(op.b)
    case .tableNext: return try nextCell() ? Int(op.a) : nil
    case .include:
      try include(program.partialPlans[Int(op.a)], from: program, at: position)
      return interrupt == 0 ? nil : Int(op.c)
    case .render: try renderPartial(program.partialPlans[Int(op.a)], from: program, at: position)
    case .host: try callHost(op, at: position, program)
    default: break
    }
    return nil
  }

  /// Runs a part of the program that is under way: the body of a `when` or of a host's tag.
  private mutating func executeInner(
    _ program: Program, from start: Int
  ) throws(LiquidError) {
    try enter()
    defer { depth -= 1 }
    let flags = caseFlags
    let base = caseBase
    defer {
      caseFlags = flags
      caseBase = base
    }
    try execute(program, from: start)
  }

  mutating func runBody(from start: Int) throws(LiquidError) {
    guard let program = programs.last else { return }
    try executeInner(program, from: start)
  }

  // MARK: Expressions

  private mutating func makeRange(isStatic: Bool) throws(LiquidError) {
    let last = try bound(pop(), isStatic)
    let first = try bound(pop(), isStatic)
    let memory = arena.allocate(16).assumingMemoryBound(to: Int64.self)
    memory[0] = first
    memory[1] = last
    push(Value(pointer: UnsafeRawPointer(memory), kind: .range))
  }

  private mutating func bound(_ value: Value, _ isStatic: Bool) throws(LiquidError) -> Int64 {
    switch value.kind {
    case .integer: return value.whole
    case .null, .absent, .text: return wholePart(value)
    case .float, .decimal:
      if isStatic { return wholePart(value) }
      throw LiquidError(.argument, "invalid integer")
    default: return try integer(of: value)
    }
  }

  /// Ruby's `to_i`.
  func wholePart(_ value: Value) -> Int64 {
    switch value.kind {
    case .integer: return value.whole
    case .float, .decimal, .text, .big:
      let number = Number(lenient: value)
      if number.special != nil { return 0 }
      let (coefficient, scale) = number.parts
      guard scale > 0 else { return coefficient.scaled(by: -scale).clamped }
      return coefficient.dividedTruncating(by: BigInteger(1).scaled(by: scale)).quotient.clamped
    default: return 0
    }
  }

  private mutating func applyFilter(_ op: Op, _ program: Program) throws(LiquidError) {
    let named = Int(op.extra)
    let count = Int(op.b)
    let base = top - count - named
    let arguments = Arguments(
      base: stack + base, count: count, names: program.names + Int(op.c), namedCount: named)
    let mark = output.count
    let input = stack[base - 1]
    do throws(LiquidError) {
      let result = try filters[Int(op.a)].body(&self, input, arguments)
      guard arena.total <= limits.memoryBytes else { throw Self.overLimit }
      top = base
      stack[base - 1] = result
    } catch {
      output.truncate(to: mark)
      throw error
    }
  }

  private mutating func callHost(
    _ op: Op, at position: Int, _ program: Program
  ) throws(LiquidError) {
    let raw = pop()
    let named = Int(op.extra)
    let count = Int(op.flag)
    let base = top - count - named
    let arguments = Arguments(
      base: stack + base, count: count, names: program.names + Int(op.c), namedCount: named)
    let call = TagCall(arguments: arguments, raw: raw, bodyStart: Int32(position + 3))
    let marks = (output: output.count, scopes: scopeMarks.count)
    // The arguments stay on the stack while the tag runs.
    do throws(LiquidError) {
      try set.dialect.tags[Int(op.a)].render(&self, call)
    } catch {
      while scopeMarks.count > marks.scopes { popScope() }
      if !printsErrors { output.truncate(to: marks.output) }
      throw error
    }
    while scopeMarks.count > marks.scopes { popScope() }
    top = base
  }

  // MARK: Counters

  /// The page's own value of that name is where the counter begins; one that is no number fails.
  private mutating func count(_ op: Op) throws(LiquidError) {
    if slots[Int(op.a)].frame != frame {
      log.append(Saved(slot: op.a, old: slots[Int(op.a)]))
      slots[Int(op.a)] = Slot(frame: frame)
    }
    let given = slots[Int(op.a)].environment
    let old = given.isTruthy ? given : Value(0)
    let new: Value
    if old.kind == .float || old.kind == .decimal {
      // Counted as Ruby does with a binary number.
      let number = Number(exactly: old)?.double ?? 0
      new = Value(op.code == .increment ? number + 1 : number - 1)
    } else if let number = Number(exactly: old) {
      new = value(try number.applying(op.code == .increment ? .plus : .minus, .small(1)))
    } else {
      throw LiquidError(.unexpected, "internal")
    }
    slots[Int(op.a)].environment = new
    try write(op.code == .increment ? old : new)
  }

  private mutating func turn(of given: Value, among count: Int) throws(LiquidError) -> Int {
    // Equal lists and objects are one group: they are known by their text.
    let isPlain = given.kind != .list && given.kind != .node
    let value = isPlain ? given : Value(text: try inspectedBytes(given))
    let group = CycleGroup(value: value)
    let turn = registers.cycles[group] ?? 0
    registers.cycles[group] = turn + 1 >= count ? 0 : turn + 1
    return min(turn, count)
  }

  private mutating func keepIfChanged(from start: Int) {
    let text = takeText(from: start)
    if registers.changed.kind == .text,
      Self.sameBytes(registers.changed.bytes, text.bytes)
    {
      return
    }
    registers.changed = text
    output.append(text.bytes)
  }
}

extension Value {
  /// Whether two values are the same key of a hash.
  func isSameKey(as other: Value) -> Bool {
    if isNull { return other.isNull }
    guard kind == other.kind else { return false }
    switch kind {
    case .text, .big, .decimal: return RenderContext.sameBytes(bytes, other.bytes)
    default: return bits == other.bits && count == other.count
    }
  }
}
