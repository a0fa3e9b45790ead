import Diagnostics

extension YAML {
  /// One value that is to be another.
  public struct Change: Sendable {
    /// The keys that lead to it, outermost first: `["seo", "title"]`.
    public var path: [String]
    /// What it becomes; nil takes the key away.
    public var value: YAMLValue?

    /// Names a value and what it becomes.
    public init(_ path: [String], _ value: YAMLValue?) {
      self.path = path
      self.value = value
    }
  }

  /// The text of a mapping with some values changed; comments, order, quotes, line ends and all
  /// values that are not named stay as they are, byte for byte.
  ///
  /// A new key comes behind the last one present that precedes it in `order`, or at the end. A list
  /// in block style keeps the lines of the elements that stay. O(text × changes).
  /// - Throws: what `parse` throws where the text cannot be read.
  public static func rewriting(
    _ text: String, file: String, order: [String] = [], changes: [Change]
  ) throws(YAMLError) -> String {
    var text = text
    for change in changes {
      let root = try parse(text, file: file)
      var rewriter = YAMLRewriter(text, order: order)
      rewriter.apply(change, to: root)
      text = rewriter.text
    }
    return text
  }
}

/// Changes one value in the text of a document.
private struct YAMLRewriter {
  private var bytes: [UInt8]
  private let scribe: YAMLScribe
  private let order: [String]

  var text: String { String(decoding: bytes, as: UTF8.self) }

  init(_ text: String, order: [String]) {
    let bytes = Array(text.utf8)
    self.bytes = bytes
    self.order = order
    let firstEnd = bytes.firstIndex(of: 10)
    let isCRLF = firstEnd.map { $0 > 0 && bytes[$0 - 1] == 13 } ?? false
    scribe = YAMLScribe(lineEnd: isCRLF ? "\r\n" : "\n")
  }

  mutating func apply(_ change: YAML.Change, to root: YAMLNode) {
    change.path.isEmpty ? () : set(change.path[...], change.value, in: root, indent: 0, order)
  }

  private mutating func set(
    _ path: ArraySlice<String>, _ value: YAMLValue?, in parent: YAMLNode, indent: Int,
    _ order: [String]
  ) {
    guard let name = path.first else { return }
    let rest = path.dropFirst()
    guard let members = parent.mapping, !members.isEmpty else {
      if let value { insert(Self.nested(path, value), at: bytes.count, indent: indent) }
      return
    }
    if isFlow(parent) {
      replace(parent, by: Self.setting(path, value, in: .init(parent)))
      return
    }
    let column = members[0].key.location.column - 1
    guard let index = members.firstIndex(where: { $0.key.string == name }) else {
      guard let value else { return }
      let place = place(of: name, among: members, order)
      insert(Self.nested(path, value), at: place, indent: column)
      return
    }
    let (key, old) = members[index]
    if rest.isEmpty {
      guard let value else { return remove(key, old) }
      replace(old, behind: key, by: value, indent: column)
    } else if let inner = old.mapping, !inner.isEmpty, !isFlow(old) {
      if value == nil, inner.count == 1, rest.count == 1, inner[0].key.string == rest.first {
        return remove(key, old)
      }
      set(rest, value, in: old, indent: column + 2, [])
    } else {
      let changed = Self.setting(rest, value, in: .init(old))
      replace(old, behind: key, by: changed, indent: column)
    }
  }

  // MARK: Places

  private func isFlow(_ node: YAMLNode) -> Bool {
    guard let start = node.range?.lowerBound, start < bytes.count else { return false }
    return bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[")
  }

  private func lineStart(_ offset: Int) -> Int {
    bytes[..<offset].lastIndex(of: 10).map { $0 + 1 } ?? 0
  }

  /// Behind the end of the line that holds `offset`.
  private func nextLine(_ offset: Int) -> Int {
    bytes[offset...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
  }

  private func end(_ key: YAMLNode, _ value: YAMLNode) -> Int {
    let keyEnd = key.range?.upperBound ?? 0
    return value.isUnwritten ? keyEnd : max(value.range?.upperBound ?? 0, keyEnd)
  }

  /// Where the line of a new key begins.
  private func place(
    of name: String, among members: [(key: YAMLNode, value: YAMLNode)], _ order: [String]
  ) -> Int {
    if let rank = order.firstIndex(of: name) {
      let before = members.last { member in
        order.firstIndex(of: member.key.string ?? "").map { $0 < rank } ?? false
      }
      if let before { return nextLine(end(before.key, before.value)) }
    }
    guard let last = members.last else { return bytes.count }
    return nextLine(end(last.key, last.value))
  }

  // MARK: Changes

  private mutating func insert(_ member: YAMLValue.Member, at offset: Int, indent: Int) {
    var lines = scribe.member(member.name, member.value, indent: indent)
    if offset > 0, bytes[offset - 1] != 10 { lines = scribe.lineEnd + lines }
    bytes.insert(contentsOf: lines.utf8, at: offset)
  }

  private mutating func remove(_ key: YAMLNode, _ value: YAMLNode) {
    let start = lineStart(key.range?.lowerBound ?? 0)
    bytes.removeSubrange(start..<nextLine(end(key, value)))
  }

  /// Replaces a value that stands within a line.
  private mutating func replace(_ node: YAMLNode, by value: YAMLValue) {
    guard let range = node.range else { return }
    bytes.replaceSubrange(range, with: scribe.inline(value).utf8)
  }

  private mutating func replace(
    _ old: YAMLNode, behind key: YAMLNode, by value: YAMLValue, indent: Int
  ) {
    if case .list(let values) = value, let elements = old.sequence, !elements.isEmpty,
      !isFlow(old), !values.isEmpty
    {
      return replace(elements, by: values)
    }
    let style = style(of: old)
    let colon = colon(behind: key)
    let range = old.isUnwritten ? colon..<colon : old.range ?? colon..<colon
    let isOnKeyLine = !bytes[colon..<max(range.lowerBound, colon)].contains(10)
    // A comment behind the value stays on the first line of a text of several lines.
    if case .text(let text) = value, scribe.isBlock(text, style), isOnKeyLine {
      let (header, lines) = scribe.blockParts(text, indent: indent + 2)
      let isFirstLineShared = !bytes[range].contains(10)
      let lineEnd = isFirstLineShared ? contentEnd(range.upperBound) : range.upperBound
      let comment = isFirstLineShared ? Array(bytes[range.upperBound..<lineEnd]) : []
      let space = old.isUnwritten ? " " : ""
      let new = Array((space + header).utf8) + comment + Array((scribe.lineEnd + lines).utf8)
      bytes.replaceSubrange(range.lowerBound..<lineEnd, with: new)
      return
    }
    switch value {
    case .text, .null, .boolean, .number: break
    case .list(let values) where isOnKeyLine || values.isEmpty: break
    case .mapping(let members) where isFlow(old) || members.isEmpty: break
    default:
      let new = Array(scribe.behindKey(value, style, indent: indent).utf8)
      // What stood behind a value of one line, blanks or a comment, is not to become a part of the
      // last line of the new one.
      let isOneLine = isOnKeyLine && !bytes[range].contains(10)
      let end = isOneLine ? contentEnd(range.upperBound) : range.upperBound
      let rest = Array(bytes[range.upperBound..<end])
      let comment = rest.contains(UInt8(ascii: "#")) ? rest : []
      let isBelow = new.first == 10 || new.first == 13
      return bytes.replaceSubrange(colon..<end, with: isBelow ? comment + new : new + comment)
    }
    let new = scribe.inline(value, style)
    if isOnKeyLine, !old.isUnwritten {
      bytes.replaceSubrange(range, with: new.utf8)
    } else {
      bytes.replaceSubrange(colon..<range.upperBound, with: (" " + new).utf8)
    }
  }

  /// Replaces the elements of a list in block style; the lines of those that stay are kept, with
  /// the comments between them.
  private mutating func replace(_ elements: [YAMLNode], by values: [YAMLValue]) {
    let starts = elements.map { lineStart($0.range?.lowerBound ?? 0) }
    guard let first = starts.first, let lastEnd = elements.last?.range?.upperBound else { return }
    let end = nextLine(lastEnd)
    let indent = bytes[first...].prefix { $0 == 0x20 }.count
    var lines: [(value: YAMLValue, text: [UInt8])] = []
    for (index, element) in elements.enumerated() {
      let stop = index + 1 < starts.count ? starts[index + 1] : end
      lines.append((YAMLValue(element), Array(bytes[starts[index]..<stop])))
    }
    var new: [UInt8] = []
    for value in values {
      if let index = lines.firstIndex(where: { $0.value == value }) {
        new += lines.remove(at: index).text
        if new.last != 10 { new += Array(scribe.lineEnd.utf8) }
      } else {
        new += Array((scribe.elements([value], indent: indent)[0] + scribe.lineEnd).utf8)
      }
    }
    bytes.replaceSubrange(first..<end, with: new)
  }

  /// Behind the colon that follows a key.
  private func colon(behind key: YAMLNode) -> Int {
    let end = key.range?.upperBound ?? 0
    return bytes[end...].firstIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? end
  }

  private func contentEnd(_ offset: Int) -> Int {
    let end = bytes[offset...].firstIndex(of: 10) ?? bytes.count
    return end > offset && bytes[end - 1] == 13 ? end - 1 : end
  }

  private func style(of node: YAMLNode) -> YAMLScribe.Style {
    guard let range = node.range, !range.isEmpty else { return .plain }
    switch bytes[range.lowerBound] {
    case UInt8(ascii: "'"): return .single
    case UInt8(ascii: "\""): return .double
    case UInt8(ascii: "|"), UInt8(ascii: ">"): return .block
    default: return .plain
    }
  }

  // MARK: Values

  private static func nested(_ path: ArraySlice<String>, _ value: YAMLValue) -> YAMLValue.Member {
    let rest = path.dropFirst()
    let name = path.first ?? ""
    return rest.isEmpty ? .init(name, value) : .init(name, .mapping([nested(rest, value)]))
  }

  private static func setting(
    _ path: ArraySlice<String>, _ value: YAMLValue?, in old: YAMLValue
  ) -> YAMLValue {
    guard let name = path.first else { return value ?? .null }
    var members: [YAMLValue.Member] = []
    if case .mapping(let known) = old { members = known }
    let rest = path.dropFirst()
    if let index = members.firstIndex(where: { $0.name == name }) {
      if rest.isEmpty, value == nil {
        members.remove(at: index)
      } else {
        members[index].value = setting(rest, value, in: members[index].value)
      }
    } else if let value {
      members.append(nested(path, value))
    }
    return .mapping(members)
  }
}

extension YAMLValue {
  /// A node as a value, typed by the core schema.
  public init(_ node: YAMLNode) {
    switch node.kind {
    case .null: self = .null
    case .scalar(let text, let isQuoted):
      if !isQuoted, let flag = node.boolean {
        self = .boolean(flag)
      } else if !isQuoted, CoreSchema.number(text) != nil {
        self = .number(text)
      } else {
        self = .text(text)
      }
    case .sequence(let nodes): self = .list(nodes.map(YAMLValue.init))
    case .mapping(let members):
      self = .mapping(members.map { Member($0.key.string ?? "null", YAMLValue($0.value)) })
    }
  }
}
