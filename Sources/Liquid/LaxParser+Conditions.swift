extension LaxParser {
  /// Fragments joined by `and` and `or`; what follows a comparison is passed over.
  func conditions(_ range: Range<Int>) throws(LiquidError) -> [Condition] {
    var conditions: [Condition] = []
    var start = range.lowerBound
    var position = start
    while position < range.upperBound {
      let word = skipSpace(position, range.upperBound)
      guard word < range.upperBound else { break }
      var end = fragmentEnd(at: word, limit: range.upperBound) ?? runEnd(word, range.upperBound)
      let isAnd = isJoin("and", at: word, range)
      if isAnd || isJoin("or", at: word, range) {
        end = word + (isAnd ? 3 : 2)
        var condition = try condition(start..<word)
        condition.joinsByAnd = isAnd
        conditions.append(condition)
        start = end
      }
      position = end
    }
    conditions.append(try condition(start..<range.upperBound))
    return conditions
  }

  /// Whether `and` or `or` stands there as a word of its own.
  private func isJoin(_ join: String, at start: Int, _ range: Range<Int>) -> Bool {
    let end = start + join.utf8.count
    guard end <= range.upperBound, matches(start..<end, join) else { return false }
    return (end == range.upperBound || !bytes[end].isWord)
      && (start == range.lowerBound || !bytes[start - 1].isWord)
  }

  private func runEnd(_ start: Int, _ limit: Int) -> Int {
    var end = start
    while end < limit, !bytes[end].isLiquidSpace { end += 1 }
    return max(end, start + 1)
  }

  /// `left operator right`, the latter two of which may be absent.
  private func condition(_ range: Range<Int>) throws(LiquidError) -> Condition {
    guard let left = firstFragment(in: range) else { throw TagError.condition }
    var condition = Condition(left: try expression(left, inCondition: true))
    let start = skipSpace(left.upperBound, range.upperBound)
    var end = start
    while end < range.upperBound, Self.isOperator(bytes[end]) { end += 1 }
    guard end > start else { return condition }
    let name = text(start..<end)
    condition.comparison = Literals.comparison(name)
    if condition.comparison == nil { condition.unknown = name }
    let begin = skipSpace(end, range.upperBound)
    if let stop = fragmentEnd(at: begin, limit: range.upperBound) {
      condition.right = try expression(begin..<stop, inCondition: true)
    } else {
      condition.right = .constant(.null)
    }
    return condition
  }

  private static func isOperator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "=") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "<")
      || byte == UInt8(ascii: ">") || (byte >= 97 && byte <= 122) || byte == UInt8(ascii: "_")
  }

  /// The values of a `when` tag, separated by commas or `or`.
  func whenValues(_ range: Range<Int>) throws(LiquidError) -> [Expression] {
    var values: [Expression] = []
    var rest = range
    while true {
      guard let value = firstFragment(in: rest) else { throw TagError.when }
      values.append(try expression(value, inCondition: true))
      var position = skipSpace(value.upperBound, rest.upperBound)
      if position < rest.upperBound, bytes[position] == UInt8(ascii: ",") {
        position = skipSpace(position + 1, rest.upperBound)
      } else if position > value.upperBound, position + 2 < rest.upperBound,
        matches(position..<position + 2, "or"), bytes[position + 2].isLiquidSpace
      {
        position = skipSpace(position + 2, rest.upperBound)
      } else {
        return values
      }
      guard fragmentEnd(at: position, limit: rest.upperBound) != nil else { return values }
      rest = position..<rest.upperBound
    }
  }
}
