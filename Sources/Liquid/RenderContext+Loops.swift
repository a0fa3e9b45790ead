import Bytes
import Machine

extension RenderContext {
  /// Begins a `for` loop over what is on the stack; false where there is nothing to visit.
  mutating func beginLoop(_ plan: LoopPlan) throws(LiquidError) -> Bool {
    let offset = plan.hasOffset ? pop() : .null
    let limit = plan.hasLimit ? pop() : .null
    let collection = pop()
    var from = plan.continues ? continuation(of: plan.nameSymbol) : 0
    if !offset.isNull { from = Int(try integer(of: offset)) }
    let to = limit.isNull ? nil : Optional(Int(try integer(of: limit)).addingSaturating(from))
    guard let (source, available) = try source(of: collection) else {
      remember(plan.nameSymbol, next: from)
      return false
    }
    // A text is one item, whatever limit and offset say.
    let isText = collection.kind == .text
    let first = isText ? 0 : max(from, 0)
    let count = isText ? 1 : max(min(to ?? available, available) - first, 0)
    remember(plan.nameSymbol, next: from.addingSaturating(count))
    guard count > 0 else { return false }
    try enter()
    let outer = registers.innermost
    let state = makeState(
      LoopState(length: count, parent: outer, name: plan.nameSymbol))
    registers.innermost = state
    let mark = log.count
    loops.append(
      LoopFrame(
        source: source, state: state, outer: outer, first: first, count: count,
        isReversed: plan.isReversed, slot: plan.slot, mark: mark))
    let item = try item(at: loops.count - 1)
    bind(forloopSlot, Value(pointer: UnsafeRawPointer(state), kind: .loop), mark: mark)
    bind(plan.slot, item, mark: mark)
    try step()
    return true
  }

  private mutating func makeState(_ state: LoopState) -> UnsafeMutablePointer<LoopState> {
    let memory = arena.allocate(MemoryLayout<LoopState>.stride)
      .assumingMemoryBound(to: LoopState.self)
    memory.initialize(to: state)
    return memory
  }

  /// Goes on to the next pass of the innermost loop, or ends it.
  mutating func nextPass() throws(LiquidError) -> Bool {
    let last = loops.count - 1
    loops[last].position += 1
    loops[last].state.pointee.index += 1
    let isBroken = interrupt == 1
    interrupt = 0
    guard !isBroken, loops[last].position < loops[last].count else {
      endLoop()
      return false
    }
    try step()
    slots[Int(loops[last].slot)].value = try item(at: last)
    return true
  }

  private mutating func endLoop() {
    guard let loop = loops.popLast() else { return }
    registers.innermost = loop.outer
    depth -= 1
    restore(to: loop.mark)
  }

  /// Counts a pass and now and then looks at the clock.
  mutating func step() throws(LiquidError) {
    loopSteps += 1
    guard loopSteps <= limits.loopSteps, output.count <= limits.outputBytes,
      arena.total <= limits.memoryBytes
    else {
      throw loopSteps <= limits.loopSteps
        ? Self.overLimit
        : LiquidError(
          .memory, "Memory limits exceeded",
          help: "the loops of one page passed more than \(limits.loopSteps) times")
    }
    if loopSteps & 1023 == 0, SystemTime.monotonicSeconds > deadline {
      throw LiquidError(.memory, "Time limit exceeded")
    }
  }

  /// How a collection is visited, and how many items it has; nil where it is none.
  private mutating func source(
    of value: Value
  ) throws(LiquidError) -> (LoopFrame.Source, Int)? {
    switch value.kind {
    case .list:
      guard let base = value.items.baseAddress else { return nil }
      return (.list(base), Int(value.count))
    case .node:
      guard let tape = value.tape else { return nil }
      let cell = value.cell
      let isArray = cell.kind == .array
      return (
        isArray ? .array(tape, first: Int(cell.first)) : .hash(tape, first: Int(cell.first)),
        Int(cell.count)
      )
    case .range: return (.numbers(value.bounds.first), value.rangeCount)
    case .object:
      let object = objects[Int(value.count)]
      guard let count = try object.count(&self) else { return nil }
      return (.object(object), count)
    case .text: return value.count == 0 ? nil : (.single(value), 1)
    default: return nil
    }
  }

  private mutating func item(at depth: Int) throws(LiquidError) -> Value {
    let position = loops[depth].position
    let first = loops[depth].first
    let index =
      loops[depth].isReversed ? first + loops[depth].count - 1 - position : first + position
    switch loops[depth].source {
    case .list(let base): return base[index]
    case .array(let tape, let start): return Value(tape: tape, index: start + index)
    case .hash(let tape, let start): return pair(tape, start + index)
    case .numbers(let start): return Value(start + Int64(index))
    case .object(let object): return try object.element(at: index, &self)
    case .single(let value): return value
    }
  }

  private func continuation(of loop: SymbolID) -> Int {
    registers.offsets[loop] ?? 0
  }

  private mutating func remember(_ loop: SymbolID, next: Int) {
    registers.offsets[loop] = next
  }

  // MARK: tablerow

  mutating func beginTable(_ plan: LoopPlan) throws(LiquidError) -> Bool {
    let columns = plan.hasColumns ? pop() : .null
    let offset = plan.hasOffset ? pop() : .null
    let limit = plan.hasLimit ? pop() : .null
    let collection = pop()
    guard collection.isTruthy else { return false }
    let from = plan.hasOffset ? try coerced(offset) : 0
    let to = plan.hasLimit ? Optional(from.addingSaturating(try coerced(limit))) : nil
    let (source, available) = try source(of: collection) ?? (.single(.null), 0)
    let isText = collection.kind == .text
    let first = isText ? 0 : max(from, 0)
    let count = isText ? available : max(min(to ?? available, available) - first, 0)
    let width = plan.hasColumns ? try coerced(columns) : count
    output.append("<tr class=\"row1\">\n")
    guard count > 0 else {
      output.append("</tr>\n")
      return false
    }
    try enter()
    let state = makeState(
      LoopState(length: count, parent: nil, name: plan.nameSymbol, isTable: true, columns: width))
    let mark = log.count
    loops.append(
      LoopFrame(
        source: source, state: state, outer: registers.innermost, first: first, count: count,
        isReversed: false, slot: plan.slot, mark: mark))
    let item = try item(at: loops.count - 1)
    bind(tablerowloopSlot, Value(pointer: UnsafeRawPointer(state), kind: .loop), mark: mark)
    bind(plan.slot, item, mark: mark)
    try step()
    openCell(state)
    return true
  }

  private mutating func openCell(_ state: UnsafeMutablePointer<LoopState>) {
    output.append("<td class=\"col")
    output.append(decimal: state.pointee.col)
    output.append("\">")
  }

  mutating func nextCell() throws(LiquidError) -> Bool {
    let last = loops.count - 1
    let state = loops[last].state
    output.append("</td>")
    let isBroken = interrupt == 1
    interrupt = 0
    loops[last].position += 1
    if !isBroken {
      let isLast = state.pointee.index == state.pointee.length - 1
      if state.pointee.col == state.pointee.columns, !isLast {
        output.append("</tr>\n<tr class=\"row")
        output.append(decimal: state.pointee.row + 1)
        output.append("\">")
      }
      state.pointee.index += 1
      if state.pointee.col == state.pointee.columns {
        state.pointee.col = 1
        state.pointee.row += 1
      } else {
        state.pointee.col += 1
      }
    }
    guard !isBroken, loops[last].position < loops[last].count else {
      output.append("</tr>\n")
      endLoop()
      return false
    }
    try step()
    slots[Int(loops[last].slot)].value = try item(at: last)
    openCell(state)
    return true
  }

  /// `to_i` of what has it.
  private func coerced(_ value: Value) throws(LiquidError) -> Int {
    switch value.kind {
    case .null, .absent, .integer, .text, .float, .decimal, .big: return Int(wholePart(value))
    default: throw LiquidError(.argument, "invalid integer")
    }
  }
}

extension Int {
  /// The sum, or the nearest that there is.
  func addingSaturating(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
