import Bytes

extension Dialect {
  /// Filters that read or rearrange lists.
  mutating func addListFilters() {
    addFilter("size", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      Value(try c.size(of: v) ?? 0)
    }
    addFilter("first", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      try c.first(of: v)
    }
    addFilter("last", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      v.isHash ? .null : try c.last(of: v)
    }
    addFilter("join", arity: 0...1, takesNames: false) { c, v, a throws(LiquidError) in
      let glue = a.count > 0 ? try c.textBytes(a[0]) : c.text(" ").bytes
      let items = try c.items(of: v)
      let mark = c.output.count
      for (index, item) in items.enumerated() {
        if index > 0 { c.output.append(glue) }
        try c.append(textOf: item)
        guard c.output.count - mark <= c.limits.outputBytes else { throw RenderContext.overLimit }
      }
      return c.takeText(from: mark)
    }
    addFilter("reverse", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      c.list(try c.items(of: v).reversed())
    }
    addFilter("concat", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      guard a[0].isArray || a[0].kind == .object else {
        throw LiquidError(.argument, "concat filter requires an array argument")
      }
      return c.list(try c.items(of: v) + c.elements(of: a[0]))
    }
    addFilter("compact", arity: 0...1, takesNames: false) { c, v, a throws(LiquidError) in
      var kept: [Value] = []
      for item in try c.items(of: v) {
        if a[0].isNull {
          if !item.isNull { kept.append(item) }
        } else {
          guard let found = try c.property(of: item, a[0]) else { return .null }
          if !found.isNull { kept.append(item) }
        }
      }
      return c.list(kept)
    }
    addFilter("uniq", arity: 0...1, takesNames: false) { c, v, a throws(LiquidError) in
      let items = try c.items(of: v)
      // One item is not compared, so that its property is not asked for.
      guard items.count > 1 else { return c.list(items) }
      var kept: [Value] = []
      var seen = SeenValues()
      for item in items {
        var key = item
        if !a[0].isNull {
          guard let found = try c.property(of: item, a[0]) else { return .null }
          key = found
        }
        if try seen.insert(key, &c) { kept.append(item) }
      }
      return c.list(kept)
    }
    addFilter("map", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      var mapped: [Value] = []
      for item in try c.items(of: v) {
        mapped.append(try c.property(of: item, a[0]) ?? .null)
      }
      return c.list(mapped)
    }
    addFilter("sum", arity: 0...1, takesNames: false) { c, v, a throws(LiquidError) in
      var sum = Number(Int64(0))
      for item in try c.items(of: v) {
        let value = a[0].isNull ? item : try c.property(of: item, a[0]) ?? Value(Int64(0))
        for part in value.isArray ? try c.items(of: value) : [value] {
          sum = try sum.applying(.plus, Number(lenient: part))
        }
      }
      return c.value(sum)
    }
    for (name, ignoresCase) in [("sort", false), ("sort_natural", true)] {
      addFilter(name, arity: 0...1, takesNames: false) { c, v, a throws(LiquidError) in
        try c.sorted(v, by: a[0], ignoresCase: ignoresCase)
      }
    }
  }

  /// Filters that pick elements by a property.
  mutating func addSelectingFilters() {
    for (name, keeps) in [("where", true), ("reject", false)] {
      addFilter(name, arity: 1...2, takesNames: false) { c, v, a throws(LiquidError) in
        var kept: [Value] = []
        for item in try c.items(of: v) {
          guard let matches = try c.matches(item, a) else { return .null }
          if matches == keeps { kept.append(item) }
        }
        return c.list(kept)
      }
    }
    addFilter("has", arity: 1...2, takesNames: false) { c, v, a throws(LiquidError) in
      for item in try c.items(of: v) {
        guard let matches = try c.matches(item, a) else { return .null }
        if matches { return .yes }
      }
      return .no
    }
    addFilter("find", arity: 1...2, takesNames: false) { c, v, a throws(LiquidError) in
      for item in try c.items(of: v) {
        guard let matches = try c.matches(item, a) else { return .null }
        if matches { return item }
      }
      return .null
    }
    addFilter("find_index", arity: 1...2, takesNames: false) { c, v, a throws(LiquidError) in
      for (index, item) in try c.items(of: v).enumerated() {
        guard let matches = try c.matches(item, a) else { return .null }
        if matches { return Value(index) }
      }
      return .null
    }
  }
}

/// The values that a list has had so far, found by hash.
private struct SeenValues {
  /// Text, equal where its bytes are.
  private struct Text: Hashable {
    let value: Value

    static func == (left: Text, right: Text) -> Bool {
      RenderContext.sameBytes(left.value.bytes, right.value.bytes)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes: value.bytes) }
  }

  private var texts: Set<Text> = []
  private var numbers: Set<UInt64> = []
  private var others: [Int: [Value]] = [:]

  mutating func insert(
    _ value: Value, _ context: inout RenderContext
  ) throws(LiquidError) -> Bool {
    switch value.kind {
    case .text: return texts.insert(Text(value: value)).inserted
    case .integer: return numbers.insert(value.bits).inserted
    default:
      let hash = try context.hash(of: value)
      for other in others[hash] ?? [] where other.isSameType(as: value) {
        if try context.equal(other, value) { return false }
      }
      others[hash, default: []].append(value)
      return true
    }
  }
}

extension Value {
  /// Whether Ruby's kind of two values is the same, so that they may be one key of a hash.
  fileprivate func isSameType(as other: Value) -> Bool {
    kind == other.kind || (isArray && other.isArray) || className == other.className
  }
}

extension RenderContext {
  /// A number that equal values share; the order of an object's members does not matter.
  fileprivate mutating func hash(of value: Value) throws(LiquidError) -> Int {
    var hasher = Hasher()
    switch value.kind {
    case .text: hasher.combine(bytes: value.bytes)
    case .float, .decimal: hasher.combine(Number(exactly: value)?.double)
    case .big: hasher.combine(bytes: value.bytes)
    case .range:
      hasher.combine(value.bounds.first)
      hasher.combine(value.bounds.last)
    case .list, .node:
      try enter()
      defer { depth -= 1 }
      let count = try self.count(of: value)
      var members = 0
      for index in 0..<count {
        let part = try hash(of: try element(of: value, at: index))
        if value.isHash { members ^= part } else { hasher.combine(part) }
      }
      hasher.combine(members)
      hasher.combine(count)
    default: hasher.combine(value.bits)
    }
    return hasher.finalize()
  }
}

extension RenderContext {
  /// The items that list filters work on: lists without inner ones, an object as one item, nothing
  /// of nil, anything else as one item.
  mutating func items(of value: Value) throws(LiquidError) -> [Value] {
    switch value.kind {
    case .null, .absent: return []
    case .range: return try elements(of: value)
    case .object:
      guard try objects[Int(value.count)].count(&self) != nil else { return [value] }
      return try elements(of: value)
    case .list, .node:
      if value.isHash { return [value] }
      var flat: [Value] = []
      try flatten(value, into: &flat)
      return flat
    default: return [value]
    }
  }

  private mutating func flatten(_ value: Value, into flat: inout [Value]) throws(LiquidError) {
    try enter()
    defer { depth -= 1 }
    for index in 0..<(try count(of: value)) {
      let item = try element(of: value, at: index)
      if item.isArray {
        try flatten(item, into: &flat)
      } else {
        flat.append(item)
      }
    }
  }

  /// Ruby's `item[property]`; nil where the item knows no brackets.
  mutating func property(of item: Value, _ property: Value) throws(LiquidError) -> Value? {
    switch item.kind {
    case .node, .object, .loop, .scope:
      if property.isNull { return .null }
      if item.isHash || item.kind != .node {
        return try element(of: item, property)
      }
      throw cannotSelect(property)
    case .text: return try part(of: item, property)
    case .integer where property.kind == .range: return bits(of: item.whole, property)
    case .integer:
      guard let bit = place(property) else { throw cannotSelect(property) }
      guard bit >= 0 else { return Value(Int64(0)) }
      return Value(bit > 62 ? (item.whole < 0 ? 1 : 0) : item.whole >> bit & 1)
    case .big:
      guard let bit = place(property) else { throw cannotSelect(property) }
      return Value(BigInteger(digits: item.bytes)?.bit(at: bit) ?? 0)
    default: return nil
    }
  }

  /// A number where a place is wanted: a fraction is cut off.
  private func place(_ value: Value) -> Int64? {
    switch value.kind {
    case .integer: value.whole
    case .float, .decimal, .big: wholePart(value)
    default: nil
    }
  }

  /// The bits of a whole number that a range names; an empty range means all from its first.
  private func bits(of number: Int64, _ range: Value) -> Value {
    let (first, last) = range.bounds
    let shifted = first < 0 ? number << min(-first, 64) : number >> min(first, 63)
    guard last >= first, last.subtractingSaturating(first) < 62 else { return Value(shifted) }
    return Value(shifted & ((1 << (last - first + 1)) - 1))
  }

  /// A text in a text, a character by its place, or those of a range.
  private mutating func part(of text: Value, _ property: Value) throws(LiquidError) -> Value {
    if property.kind == .text {
      return Search.first(property.bytes, in: text.bytes, from: 0) == nil ? .null : property
    }
    let count = Int64(characterCount(text.bytes))
    var (first, length): (Int64, Int64)
    if property.kind == .range {
      let bounds = property.bounds
      first = bounds.first < 0 ? bounds.first.addingSaturating(count) : bounds.first
      let last = bounds.last < 0 ? bounds.last.addingSaturating(count) : bounds.last
      guard first >= 0, first <= count else { return .null }
      length = max(min(last, count - 1) - first + 1, 0)
    } else {
      guard let index = place(property) else { throw cannotSelect(property) }
      first = index < 0 ? index.addingSaturating(count) : index
      guard first >= 0, first < count else { return .null }
      length = 1
    }
    let start = Characters.offset(of: Int(first), in: text.bytes)
    let rest = UnsafeRawBufferPointer(rebasing: text.bytes[start...])
    let end = start + Characters.offset(of: Int(length), in: rest)
    return Value(text: UnsafeRawBufferPointer(rebasing: text.bytes[start..<end]))
  }

  private mutating func cannotSelect(_ property: Value) -> LiquidError {
    LiquidError(.argument, "cannot select the property '\(string(of: property))'")
  }

  /// Whether an item's property holds, or is the wanted value; nil where it has no properties.
  mutating func matches(
    _ item: Value, _ arguments: Arguments
  ) throws(LiquidError) -> Bool? {
    if item.kind == .text, arguments[0].isNull { return nil }
    guard let found = try property(of: item, arguments[0]) else { return nil }
    return arguments[1].isNull ? found.isTruthy : try equal(found, arguments[1])
  }

  /// Sorted stably, nil last; unlike kinds have no order.
  mutating func sorted(
    _ value: Value, by property: Value, ignoresCase: Bool
  ) throws(LiquidError) -> Value {
    let items = try items(of: value)
    guard property.isNull || items.allSatisfy(\.hasProperties) else { return .null }
    // One item is not compared, so that its property is not asked for.
    guard items.count > 1 else { return list(items) }
    var keyed: [(key: Value, item: Value)] = []
    for item in items {
      var key = item
      if !property.isNull {
        guard let found = try self.property(of: item, property) else { return .null }
        key = found
      }
      if ignoresCase, !key.isNull {
        key = text(String(decoding: try textBytes(key), as: UTF8.self).asciiLowercased)
      }
      keyed.append((key, item))
    }
    try sort(&keyed)
    return list(keyed.map(\.item))
  }

  /// Merge sort, because a comparison may throw.
  private mutating func sort(
    _ items: inout [(key: Value, item: Value)]
  ) throws(LiquidError) {
    guard items.count > 1 else { return }
    var left = Array(items[..<(items.count / 2)])
    var right = Array(items[(items.count / 2)...])
    try sort(&left)
    try sort(&right)
    var (i, j) = (0, 0)
    for index in items.indices {
      if j == right.count {
        items[index] = left[i]
        i += 1
      } else if i == left.count {
        items[index] = right[j]
        j += 1
      } else if try sortOrder(left[i].key, right[j].key) <= 0 {
        items[index] = left[i]
        i += 1
      } else {
        items[index] = right[j]
        j += 1
      }
    }
  }

  private mutating func sortOrder(_ left: Value, _ right: Value) throws(LiquidError) -> Int {
    if left.kind == .text, right.kind == .text { return Self.order(left.bytes, right.bytes) }
    if let a = Number(exactly: left), let b = Number(exactly: right) { return a.compare(b) }
    if left.isNull || right.isNull { return left.isNull ? (right.isNull ? 0 : 1) : -1 }
    if try equal(left, right) { return 0 }
    throw LiquidError(.argument, "cannot sort values of incompatible types")
  }
}

extension Value {
  /// Whether Ruby's kind of the value knows brackets.
  fileprivate var hasProperties: Bool {
    switch kind {
    case .node, .list, .object, .loop, .scope, .text, .integer, .big: true
    default: false
    }
  }
}

extension String {
  /// With ASCII letters small, as Ruby's `casecmp` compares.
  var asciiLowercased: String {
    String(decoding: utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
  }
}
