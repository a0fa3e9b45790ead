public import Bytes
import CCMark
import Glibc

/// CommonMark 0.30 through libcmark, and pipe tables as GitHub writes them.
///
/// Safe unless told otherwise: raw HTML is dropped and links to `javascript:`, `vbscript:`, `file:`
/// and most `data:` lead nowhere. Any thread.
public enum Markdown {
  /// The HTML of a text.
  public static func html(_ source: String, allowingRawHTML: Bool = false) -> String {
    var buffer = ByteBuffer(capacity: source.utf8.count * 2)
    var copy = source
    copy.withUTF8 {
      html(UnsafeRawBufferPointer($0), into: &buffer, allowingRawHTML: allowingRawHTML)
    }
    return buffer.string
  }

  /// Appends the HTML of UTF-8 text. Malformed UTF-8 becomes U+FFFD.
  public static func html(
    _ source: UnsafeRawBufferPointer, into buffer: inout ByteBuffer, allowingRawHTML: Bool = false
  ) {
    let document = MarkdownDocument(source, allowingRawHTML: allowingRawHTML)
    document.replaceTables()
    document.appendHTML(to: &buffer)
  }

  /// The HTML of a text and its words without markup, from one parse; raw HTML is dropped.
  public static func htmlAndPlainText(_ source: String) -> (html: String, plainText: String) {
    var copy = source
    return copy.withUTF8 { bytes in
      let document = MarkdownDocument(UnsafeRawBufferPointer(bytes), allowingRawHTML: false)
      // Tables become HTML in the tree, so their words are read before.
      let plainText = PlainText.text(of: document)
      document.replaceTables()
      var buffer = ByteBuffer(capacity: bytes.count * 2)
      document.appendHTML(to: &buffer)
      return (buffer.string, plainText)
    }
  }

  /// The words of a text without any markup, for feeds and descriptions: paragraphs, headings, list
  /// items and table rows on lines of their own, cells separated by a comma, images as their
  /// alternative text, raw HTML dropped.
  public static func plainText(_ source: String) -> String {
    var copy = source
    return copy.withUTF8 { bytes in
      let document = MarkdownDocument(UnsafeRawBufferPointer(bytes), allowingRawHTML: false)
      return PlainText.text(of: document)
    }
  }
}

/// A parsed text: libcmark's tree with one owner, and the lines it was made from.
struct MarkdownDocument: ~Copyable {
  /// Options of libcmark for this text.
  let options: Int32
  let root: OpaquePointer?
  let source: SourceLines

  init(_ bytes: UnsafeRawBufferPointer, allowingRawHTML: Bool) {
    options = CMARK_OPT_VALIDATE_UTF8 | (allowingRawHTML ? CMARK_OPT_UNSAFE : 0)
    source = SourceLines(bytes)
    root = cmark_parse_document(
      bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, options)
    if !allowingRawHTML { dropRawHTML() }
  }

  deinit {
    if let root { cmark_node_free(root) }
  }

  var allowsRawHTML: Bool { options & CMARK_OPT_UNSAFE != 0 }

  /// Calls `body` for each node as it is entered and left. The node must not be freed inside.
  func walk(_ body: (OpaquePointer, _ isEntering: Bool) -> Void) {
    guard let root, let iterator = cmark_iter_new(root) else { return }
    defer { cmark_iter_free(iterator) }
    while case let event = cmark_iter_next(iterator), event != CMARK_EVENT_DONE {
      if let node = cmark_iter_get_node(iterator) { body(node, event == CMARK_EVENT_ENTER) }
    }
  }

  func appendHTML(to buffer: inout ByteBuffer) {
    guard let root, let text = cmark_render_html(root, options) else { return }
    defer { free(text) }
    buffer.append(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }

  /// Puts HTML in the place of a node.
  func replace(_ node: OpaquePointer, byHTML html: String) {
    guard let made = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK) else { return }
    cmark_node_set_on_enter(made, html)
    if cmark_node_replace(node, made) == 1 {
      cmark_node_free(node)
    } else {
      cmark_node_free(made)
    }
  }

  /// libcmark's own safe mode leaves a comment in the place of raw HTML; readers gain nothing by it.
  private func dropRawHTML() {
    var raw: [OpaquePointer] = []
    walk { node, isEntering in
      let type = cmark_node_get_type(node)
      if isEntering, type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE {
        raw.append(node)
      }
    }
    for node in raw { cmark_node_free(node) }
  }
}

/// The lines of a text, found once.
struct SourceLines {
  private let lines: [String]

  init(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, memchr(base, 0x7C, bytes.count) != nil else {
      lines = []
      return
    }
    lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map {
      String(decoding: $0.last == 13 ? $0.dropLast() : $0, as: UTF8.self)
    }
  }

  /// Whether the text can hold a table at all.
  var mayHoldTables: Bool { !lines.isEmpty }

  /// Lines `first ... last`, counted from 1, each without the marks of `quoteDepth` block quotes
  /// and without its indentation.
  func lines(_ first: Int, _ last: Int, quoteDepth: Int) -> [Substring] {
    guard first >= 1, first <= last, last <= lines.count else { return [] }
    return lines[(first - 1)...(last - 1)].map { line in
      var rest = line[...]
      for _ in 0..<quoteDepth {
        let trimmed = rest.drop { $0 == " " || $0 == "\t" }
        if trimmed.first == ">" { rest = trimmed.dropFirst() }
      }
      return rest.drop { $0 == " " || $0 == "\t" }
    }
  }

  /// Link reference definitions, which cells may use too.
  var definitions: String {
    lines.filter { line in
      let trimmed = line.drop { $0 == " " }
      return trimmed.first == "[" && trimmed.contains("]:")
    }.joined(separator: "\n")
  }
}
