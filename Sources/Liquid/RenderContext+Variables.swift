public import Bytes

extension Value {
  /// What a variable holds that was given the value: nothing, where there was none, which hides
  /// what the page was given by that name.
  fileprivate var settled: Value { kind == .absent ? .null : self }
}

extension RenderContext {
  /// Makes room for the slots of all programs parsed so far and fills those of the page's values.
  mutating func fillSlots() {
    let known = set.slotCount
    guard known > slotCount else { return }
    if known > slotCapacity {
      let capacity = known * 2
      let moved = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
      moved.initialize(repeating: Slot(), count: capacity)
      moved.update(from: slots, count: slotCount)
      slots.deallocate()
      slots = moved
      let constant = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
      constant.initialize(repeating: .absent, count: capacity)
      constant.update(from: statics, count: slotCount)
      statics.deallocate()
      statics = constant
      slotCapacity = capacity
    }
    for (index, key) in set.slotKeys(from: slotCount).enumerated() {
      guard let entry = globals.entry(key) else { continue }
      let slot = slotCount + index
      let value = value(of: entry.item)
      if entry.isStatic {
        statics[slot] = value
      } else if frame == 0 {
        slots[slot].environment = value
      } else {
        // Inside a rendered partial: the page sees it again when the frame is left.
        slots[slot].environment = value
        slots[slot].frame = 0
      }
    }
    slotCount = known
  }

  mutating func value(of item: Globals.Item) -> Value {
    switch item {
    case .tape(let value): self.value(value)
    case .text(let string): text(string)
    case .html(let string): safe(text(string))
    case .keptHTML(let kept): safe(Value(text: kept.bytes))
    case .integer(let number): Value(number)
    case .boolean(let flag): Value(flag)
    case .object(let object): self.object(object)
    case .null: .null
    }
  }

  /// The variable in a slot: what was assigned, else what the page was given.
  @inline(__always)
  func load(_ slot: Int32) -> Value {
    let entry = slots + Int(slot)
    if entry.pointee.frame == frame {
      let value = entry.pointee.value
      if value.kind != .absent { return value }
      let given = entry.pointee.environment
      if !given.isNull { return given }
    }
    return statics[Int(slot)]
  }

  /// The variable of that name.
  public mutating func variable(_ key: SymbolID) -> Value {
    if let slot = set.knownSlot(of: key) {
      fillSlots()
      return load(slot)
    }
    guard let entry = globals.entry(key), entry.isStatic || frame == 0 else { return .absent }
    return value(of: entry.item)
  }

  /// Makes a slot belong to the current frame, remembering what it was to an outer one.
  @inline(__always)
  private mutating func own(_ slot: Int32) {
    guard slots[Int(slot)].frame != frame else { return }
    log.append(Saved(slot: slot, old: slots[Int(slot)]))
    slots[Int(slot)] = Slot(frame: frame)
  }

  /// Gives a value to a variable of the outermost scope, as `assign` and `capture` do.
  mutating func assign(slot: Int32, _ given: Value) {
    own(slot)
    let value = given.settled
    let shadow = Int(slots[Int(slot)].shadow)
    if shadow > 0 {
      log[shadow - 1].old.value = value
    } else {
      slots[Int(slot)].value = value
    }
  }

  /// Gives a value to a variable of the outermost scope, as `assign` does.
  public mutating func assign(_ key: SymbolID, _ value: Value) {
    let slot = set.slot(of: key)
    fillSlots()
    assign(slot: slot, value)
  }

  /// Sets a variable of the innermost scope; the scope's mark says whether it has it already.
  mutating func bind(_ slot: Int32, _ value: Value, mark: Int) {
    own(slot)
    let shadow = Int32(log.count + 1)
    let old = slots[Int(slot)]
    log.append(Saved(slot: slot, old: old))
    slots[Int(slot)].value = value.settled
    if old.shadow == 0 { slots[Int(slot)].shadow = shadow }
  }

  /// Begins a scope; variables set in it end with it.
  public mutating func pushScope() throws(LiquidError) {
    try enter()
    scopeMarks.append(log.count)
  }

  /// Ends the innermost scope.
  public mutating func popScope() {
    guard let mark = scopeMarks.popLast() else { return }
    depth -= 1
    restore(to: mark)
  }

  /// Sets a variable of the innermost scope.
  public mutating func set(_ key: SymbolID, _ value: Value) {
    let slot = set.slot(of: key)
    fillSlots()
    bind(slot, value, mark: scopeMarks.last ?? 0)
  }

  mutating func enter() throws(LiquidError) {
    depth += 1
    if depth >= limits.depth {
      depth -= 1
      throw TagError.nesting
    }
  }

  mutating func restore(to mark: Int) {
    while log.count > mark {
      guard let saved = log.popLast() else { return }
      slots[Int(saved.slot)] = saved.old
    }
  }

  /// A variable as a frame sees it that may not be the current one: for `self` handed to a partial.
  mutating func load(_ key: SymbolID, inFrame wanted: Int32) -> Value {
    if wanted == frame { return variable(key) }
    guard let slot = set.knownSlot(of: key) else {
      guard let entry = globals.entry(key), entry.isStatic || wanted == 0 else { return .absent }
      return value(of: entry.item)
    }
    fillSlots()
    var found = slots[Int(slot)]
    if found.frame != wanted {
      guard let saved = log.last(where: { $0.slot == slot && $0.old.frame == wanted }) else {
        return statics[Int(slot)]
      }
      found = saved.old
    }
    if found.value.kind != .absent { return found.value }
    return found.environment.isNull ? statics[Int(slot)] : found.environment
  }
}
