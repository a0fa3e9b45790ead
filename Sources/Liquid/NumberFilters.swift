import Bytes

extension Dialect {
  /// Filters that compute with numbers.
  mutating func addNumberFilters() {
    // Written out, so that none of them captures anything: threads would count its references.
    addFilter("plus", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.computed(v, .plus, a[0])
    }
    addFilter("minus", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.computed(v, .minus, a[0])
    }
    addFilter("times", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.computed(v, .times, a[0])
    }
    addFilter("divided_by", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.computed(v, .dividedBy, a[0])
    }
    addFilter("modulo", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.computed(v, .modulo, a[0])
    }
    addFilter("abs", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      c.value(Number(lenient: v).absolute)
    }
    addFilter("ceil", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      c.value(try Number(lenient: v).rounded(.up, digits: 0))
    }
    addFilter("floor", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      c.value(try Number(lenient: v).rounded(.down, digits: 0))
    }
    addFilter("round", arity: 0...1, takesNames: false) { c, v, a throws(LiquidError) in
      if v.kind == .float, let digits = a[0].integer,
        let short = ShortDecimal(v)?.rounded(digits: Int(digits))
      {
        return short
      }
      let digits = Number(lenient: a[0])
      let whole = a.count == 0 ? 0 : c.wholePart(c.value(digits))
      return c.value(
        try Number(lenient: v).rounded(.nearest, digits: Int(max(min(whole, 9_000), -9_000))))
    }
    addFilter("at_least", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      let (left, right) = (Number(lenient: v), Number(lenient: a[0]))
      return c.value(left.isOrdered(with: right) && right.compare(left) > 0 ? right : left)
    }
    addFilter("at_most", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      let (left, right) = (Number(lenient: v), Number(lenient: a[0]))
      return c.value(left.isOrdered(with: right) && right.compare(left) < 0 ? right : left)
    }
  }
}

extension RenderContext {
  fileprivate mutating func computed(
    _ left: Value, _ operation: Number.Operation, _ right: Value
  ) throws(LiquidError) -> Value {
    if let short = ShortDecimal.applying(operation, left, right) { return short }
    return value(try Number(lenient: left).applying(operation, Number(lenient: right)))
  }

  /// A computed number as templates see it: a decimal becomes the nearest binary number.
  mutating func value(_ number: Number) -> Value {
    switch number {
    case .small(let whole): return Value(whole)
    case .big(let whole):
      let digits = text(whole.description)
      return Value(text: digits.bytes, kind: .big)
    case .decimal, .negativeZero, .special: return Value(number.double)
    }
  }
}
