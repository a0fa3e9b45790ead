public import Bytes

extension RenderContext {
  private mutating func partial(
    _ plan: PartialPlan, named name: Value
  ) throws(LiquidError) -> Program {
    if plan.id >= 0 {
      if Int(plan.id) < partials.count, let known = partials[Int(plan.id)] { return known }
      let program = try set.program(named: plan.name ?? "")
      while partials.count <= Int(plan.id) { partials.append(nil) }
      partials[Int(plan.id)] = program
      fillSlots()
      return program
    }
    guard name.kind == .text else {
      throw LiquidError(.argument, "Argument error in tag 'include' - Illegal template name")
    }
    let program = try set.program(named: String(decoding: name.bytes, as: UTF8.self))
    fillSlots()
    return program
  }

  /// Runs a partial; its errors learn the way that led to it.
  private mutating func run(
    _ program: Program, from outer: Program, at position: Int
  ) throws(LiquidError) {
    let started = profile?.start()
    programs.append(program)
    defer {
      programs.removeLast()
      if let started {
        let line = Int(outer.nodes[Int(outer.nodeOf[position])].line)
        profile?.end(started, program: program.name, from: outer.name, line: line)
      }
    }
    do throws(LiquidError) {
      try execute(program, from: 0)
    } catch {
      let line = Int(outer.nodes[Int(outer.nodeOf[position])].line)
      throw error.included(from: outer.name, line: line)
    }
  }

  mutating func include(
    _ plan: PartialPlan, from outer: Program, at position: Int
  ) throws(LiquidError) {
    guard disabledIncludes == 0 else {
      throw LiquidError(.disabled, "include usage is not allowed in this context")
    }
    let base = top - plan.arguments.count
    let subjectBase = plan.hasSubject ? base - 1 : base
    let name = stack[subjectBase - 1]
    let program = try partial(plan, named: name)
    let (aliasSlot, ownValue) = try names(of: plan, name)
    let value = plan.hasSubject ? stack[subjectBase] : ownValue
    try enter()
    let mark = log.count
    for (index, argument) in plan.arguments.enumerated() {
      bind(argument.slot, stack[base + index], mark: mark)
    }
    top = subjectBase - 1
    defer {
      restore(to: mark)
      depth -= 1
    }
    guard value.isArray else {
      bind(aliasSlot, value, mark: mark)
      return try run(program, from: outer, at: position)
    }
    bind(aliasSlot, .null, mark: mark)
    for index in 0..<(try count(of: value)) {
      try step()
      slots[Int(aliasSlot)].value = try element(of: value, at: index)
      if interrupt == 0 {
        try run(program, from: outer, at: position)
      } else {
        // A `break` goes on after the last item; until then only the text before the first tag.
        writeLeadingText(of: program)
      }
    }
  }

  private mutating func writeLeadingText(of program: Program) {
    var position = 0
    while program.ops[position].code == .text || program.ops[position].code == .skip {
      let op = program.ops[position]
      if op.code == .text {
        output.append(
          UnsafeRawBufferPointer(rebasing: program.source[Int(op.a)..<Int(op.a + op.b)]))
      }
      position += 1
    }
  }

  /// The slot that a partial's subject is given to, and the variable called like the partial.
  private mutating func names(
    of plan: PartialPlan, _ name: Value
  ) throws(LiquidError) -> (Int32, Value) {
    if plan.ownSlot >= 0 { return (plan.aliasSlot, load(plan.ownSlot)) }
    let text = String(decoding: name.bytes, as: UTF8.self)
    let own = variable(Symbols.shared.intern(text))
    if plan.aliasSlot >= 0 { return (plan.aliasSlot, own) }
    let slot = set.slot(of: Symbols.shared.intern(PartialPlan.variable(of: text)))
    fillSlots()
    return (slot, own)
  }

  mutating func renderPartial(
    _ plan: PartialPlan, from outer: Program, at position: Int
  ) throws(LiquidError) {
    let base = top - plan.arguments.count
    let subjectBase = plan.hasSubject ? base - 1 : base
    let program = try partial(plan, named: stack[subjectBase - 1])
    let subject = plan.hasSubject ? stack[subjectBase] : .null
    var isLoop = plan.isLoop && plan.hasSubject
    if isLoop { isLoop = try isCollection(subject) }
    let count = isLoop ? try self.count(of: subject) : 1
    let end = top
    var state: UnsafeMutablePointer<LoopState>?
    if isLoop {
      let memory = arena.allocate(MemoryLayout<LoopState>.stride)
        .assumingMemoryBound(to: LoopState.self)
      memory.initialize(
        to: LoopState(length: count, parent: nil, name: plan.ownKey))
      state = memory
    }
    for index in 0..<count {
      if isLoop { try step() }
      let item = isLoop ? try element(of: subject, at: index) : subject
      try isolated { (context) throws(LiquidError) in
        // All in the partial's outermost scope: it may assign to its own arguments.
        if let state {
          context.assign(
            slot: context.forloopSlot, Value(pointer: UnsafeRawPointer(state), kind: .loop))
        }
        for (offset, argument) in plan.arguments.enumerated() {
          context.assign(slot: argument.slot, context.stack[base + offset])
        }
        if !item.isNull { context.assign(slot: plan.aliasSlot, item) }
        try context.run(program, from: outer, at: position)
      }
      state?.pointee.index += 1
    }
    top = end - plan.arguments.count - (plan.hasSubject ? 2 : 1)
  }

  private mutating func isCollection(_ value: Value) throws(LiquidError) -> Bool {
    switch value.kind {
    case .list, .node, .range: true
    case .object: try objects[Int(value.count)].count(&self) != nil
    default: false
    }
  }

  /// Runs `body` where no variable but the site-wide ones exists, and forgets those it sets.
  private mutating func isolated(
    _ body: (inout RenderContext) throws(LiquidError) -> Void
  ) throws(LiquidError) {
    try enter()
    let mark = log.count
    let outerFrame = frame
    let outerRegisters = registers
    let outerInterrupt = interrupt
    nextFrame += 1
    frame = nextFrame
    registers = Registers()
    disabledIncludes += 1
    interrupt = 0
    defer {
      restore(to: mark)
      frame = outerFrame
      registers = outerRegisters
      interrupt = outerInterrupt
      disabledIncludes -= 1
      depth -= 1
    }
    try body(&self)
  }

  /// Renders a program into the output, for tags of the host: with the page's variables, or
  /// isolated as `render` does, and with further ones.
  public mutating func render(
    _ program: Program, isolated isIsolated: Bool, variables: [(SymbolID, Value)] = []
  ) throws(LiquidError) {
    fillSlots()
    let outer = programs.last
    func run(_ context: inout RenderContext) throws(LiquidError) {
      let mark = context.log.count
      defer { context.restore(to: mark) }
      for (key, value) in variables {
        let slot = context.set.slot(of: key)
        context.fillSlots()
        context.bind(slot, value, mark: mark)
      }
      let line = context.profile?.currentLine ?? 0
      let started = context.profile?.start()
      context.programs.append(program)
      defer {
        context.programs.removeLast()
        if let started {
          context.profile?.end(
            started, program: program.name, from: outer?.name ?? "", line: line)
        }
      }
      do throws(LiquidError) {
        try context.execute(program, from: 0)
      } catch {
        throw outer.map { error.included(from: $0.name, line: error.line ?? 1) } ?? error
      }
    }
    if isIsolated {
      try isolated(run)
    } else {
      try enter()
      defer { depth -= 1 }
      try run(&self)
    }
  }
}
