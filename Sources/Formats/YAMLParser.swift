import Bytes
import CYAML
import Diagnostics

/// Builds nodes from libyaml's events. Made and used on one thread, inside the scope of `bytes`.
final class YAMLParser {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private let firstLine: Int
  private let lines: [String]
  /// Where each scalar value of the text begins; empty where all have one byte, as libyaml counts
  /// characters.
  private let offsets: [Int]

  init(bytes: UnsafeBufferPointer<UInt8>, file: String, firstLine: Int) {
    self.bytes = bytes
    self.file = file
    self.firstLine = firstLine
    lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map {
      String(decoding: $0.last == 13 ? $0.dropLast() : $0, as: UTF8.self)
    }
    offsets = Self.offsets(of: bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    precondition(yaml_parser_initialize(parser) == 1, "libyaml has memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  func document() throws(YAMLError) -> YAMLNode {
    _ = try next()
    let start = try next()
    guard start.type == YAML_DOCUMENT_START_EVENT else {
      return YAMLNode(kind: .null, location: place(yaml_mark_t(), yaml_mark_t()))
    }
    let root = try node(try next(), depth: 0)
    _ = try next()
    let end = try next()
    guard end.type == YAML_STREAM_END_EVENT else {
      throw fault(
        "yaml.several-documents", "the file holds more than one document", end.location,
        help: "keep one document in a file; remove the line `---`")
    }
    return root
  }

  // MARK: nodes

  private func node(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
    if event.type == YAML_ALIAS_EVENT || event.hasAnchor {
      throw fault(
        "yaml.alias", "anchors and aliases are not allowed", event.location,
        help: "write the value out where it is used")
    }
    if depth > YAML.depthLimit {
      throw fault(
        "yaml.depth", "the document is nested more than \(YAML.depthLimit) deep", event.location)
    }
    switch event.type {
    case YAML_SCALAR_EVENT: return try scalar(event)
    case YAML_SEQUENCE_START_EVENT: return try sequence(event, depth: depth)
    case YAML_MAPPING_START_EVENT: return try mapping(event, depth: depth)
    default: throw fault("yaml.syntax", "a value is expected here", event.location)
    }
  }

  private func scalar(_ event: Event) throws(YAMLError) -> YAMLNode {
    let kind: YAMLNode.Kind
    switch event.tag {
    case nil:
      kind =
        event.isPlain && CoreSchema.isNull(event.text)
        ? .null : .scalar(event.text, isQuoted: !event.isPlain)
    case "tag:yaml.org,2002:str", "!": kind = .scalar(event.text, isQuoted: true)
    case let tag?: throw unknownTag(tag, event.location)
    }
    return YAMLNode(kind: kind, location: event.location, range: range(of: event))
  }

  private func sequence(_ start: Event, depth: Int) throws(YAMLError) -> YAMLNode {
    if let tag = start.tag { throw unknownTag(tag, start.location) }
    var nodes: [YAMLNode] = []
    while true {
      let event = try next()
      if event.type == YAML_SEQUENCE_END_EVENT {
        let range = range(from: start, to: event, last: nodes.last)
        return YAMLNode(kind: .sequence(nodes), location: start.location, range: range)
      }
      nodes.append(try node(event, depth: depth + 1))
    }
  }

  private func mapping(_ start: Event, depth: Int) throws(YAMLError) -> YAMLNode {
    if let tag = start.tag { throw unknownTag(tag, start.location) }
    var members: [(key: YAMLNode, value: YAMLNode)] = []
    var lineOfKey: [String: Int] = [:]
    while true {
      let event = try next()
      if event.type == YAML_MAPPING_END_EVENT {
        let last = members.last.map { $0.value.isUnwritten ? $0.key : $0.value }
        let range = range(from: start, to: event, last: last)
        return YAMLNode(kind: .mapping(members), location: start.location, range: range)
      }
      let key = try node(event, depth: depth + 1)
      guard key.sequence == nil, key.mapping == nil else {
        throw fault("yaml.key", "a key must be a word or a number", key.location)
      }
      let name = key.string ?? "null"
      if let line = lineOfKey.updateValue(key.location.line, forKey: name) {
        throw YAMLError(
          Diagnostic(
            "yaml.duplicate-key", .error, "the key \"\(name)\" occurs twice", at: key.location,
            notes: ["it occurs first on line \(line)"], help: "remove one of the two"))
      }
      members.append((key, try node(try next(), depth: depth + 1)))
    }
  }

  // MARK: events

  private struct Event {
    var type: yaml_event_type_t
    var location: SourceLocation
    var text = ""
    var tag: String?
    var isPlain = false
    var isFlow = false
    var hasAnchor = false
    var start = 0
    var end = 0
  }

  private func next() throws(YAMLError) -> Event {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw syntaxFault() }
    defer { yaml_event_delete(&raw) }
    var event = Event(type: raw.type, location: place(raw.start_mark, raw.end_mark))
    event.start = offset(raw.start_mark)
    event.end = offset(raw.end_mark)
    switch raw.type {
    case YAML_SCALAR_EVENT:
      let scalar = raw.data.scalar
      event.text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      event.tag = Self.text(scalar.tag)
      event.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      event.hasAnchor = scalar.anchor != nil
    case YAML_SEQUENCE_START_EVENT:
      event.tag = Self.text(raw.data.sequence_start.tag)
      event.isFlow = raw.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
      event.hasAnchor = raw.data.sequence_start.anchor != nil
    case YAML_MAPPING_START_EVENT:
      event.tag = Self.text(raw.data.mapping_start.tag)
      event.isFlow = raw.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
      event.hasAnchor = raw.data.mapping_start.anchor != nil
    default: break
    }
    return event
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  // MARK: places and faults

  private static func offsets(of bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
    guard bytes.contains(where: { $0 >= 0x80 }) else { return [] }
    return bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 }
  }

  private func offset(_ mark: yaml_mark_t) -> Int {
    let index = Int(mark.index)
    if offsets.isEmpty { return min(index, bytes.count) }
    return index < offsets.count ? offsets[index] : bytes.count
  }

  /// A block scalar ends, for libyaml, where the next thing begins; the blank lines between do not
  /// belong to it.
  private func range(of event: Event) -> Range<Int> {
    var end = event.end
    if !event.isPlain {
      while end > event.start, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end - 1]) { end -= 1 }
    }
    return event.start..<max(end, event.start)
  }

  /// A collection in block style ends, for libyaml, where the next thing begins.
  private func range(from start: Event, to end: Event, last: YAMLNode?) -> Range<Int> {
    if start.isFlow { return start.start..<max(end.end, start.start) }
    return start.start..<max(last?.range?.upperBound ?? start.start, start.start)
  }

  private func place(_ start: yaml_mark_t, _ end: yaml_mark_t) -> SourceLocation {
    let line = Int(start.line)
    let length = end.line == start.line ? Int(end.column) - Int(start.column) : 1
    return SourceLocation(
      file: file, line: firstLine + line, column: Int(start.column) + 1, length: length,
      excerpt: line < lines.count ? lines[line] : nil)
  }

  private func fault(
    _ code: String, _ message: String, _ location: SourceLocation, help: String? = nil
  ) -> YAMLError {
    YAMLError(Diagnostic(code, .error, message, at: location, help: help))
  }

  private func unknownTag(_ tag: String, _ location: SourceLocation) -> YAMLError {
    fault(
      "yaml.tag", "the tag \"\(tag)\" is not known", location,
      help: "remove the tag; quote the value if it must be text")
  }

  private func syntaxFault() -> YAMLError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "the text is not YAML"
    if state.error == YAML_READER_ERROR {
      var location = SourceLocation(
        file: file, text: UnsafeRawBufferPointer(bytes), offset: state.problem_offset)
      location.line += firstLine - 1
      return fault("yaml.syntax", problem, location)
    }
    var diagnostic = Diagnostic(
      "yaml.syntax", .error, problem, at: place(state.problem_mark, state.problem_mark))
    if let context = state.context {
      let line = firstLine + Int(state.context_mark.line)
      diagnostic.notes = ["\(String(cString: context)) that begins on line \(line)"]
    }
    if problem.contains("found character that cannot start any token") {
      diagnostic.help = "indent by spaces, not tabs; quote text that begins with @ or `"
    } else if problem.contains("mapping values are not allowed") {
      diagnostic.help = "quote text that holds a colon and a space"
    }
    return YAMLError(diagnostic)
  }
}
