import Bytes
import Formats

/// The one JSON document that a command writes with `--json`.
///
/// `schema_version` promises, as Terraform's does: a reader ignores keys that it does not know and
/// refuses a major version that it does not know.
final class Document {
  private var writer: JSONWriter

  /// The document as text, without a line end.
  private(set) var text = ""

  /// Writes the document of `command`; `fill` adds its fields.
  init(_ command: String, ok: Bool = true, _ fill: (Document) -> Void) {
    writer = JSONWriter()
    writer.beginObject()
    field("schema_version", "1.0")
    field("command", command)
    field("ok", ok)
    fill(self)
    writer.end()
    var finished = JSONWriter(capacity: 16)
    swap(&finished, &writer)
    text = finished.finish().string
  }

  func field(_ name: String, _ text: String?) {
    writer.key(name)
    if let text { writer.value(text) } else { writer.null() }
  }

  func field(_ name: String, _ number: Int) {
    writer.key(name)
    writer.value(Int64(number))
  }

  func field(_ name: String, _ number: Int64) {
    writer.key(name)
    writer.value(number)
  }

  func field(_ name: String, _ flag: Bool) {
    writer.key(name)
    writer.value(flag)
  }

  /// Seconds, as milliseconds: no number of the document has a fraction.
  func field(milliseconds name: String, seconds: Double) {
    field("\(name)_ms", Int(seconds * 1000))
  }

  func object(_ name: String, _ fill: (Document) -> Void) {
    writer.key(name)
    writer.beginObject()
    fill(self)
    writer.end()
  }

  func strings(_ name: String, _ values: [String]) {
    writer.key(name)
    writer.beginArray()
    for value in values { writer.value(value) }
    writer.end()
  }

  func list<Element>(
    _ name: String, _ elements: [Element], _ fill: (Document, Element) -> Void
  ) {
    writer.key(name)
    writer.beginArray()
    for element in elements {
      writer.beginObject()
      fill(self, element)
      writer.end()
    }
    writer.end()
  }

  /// A value that is JSON already.
  func raw(_ name: String, _ json: String) {
    writer.key(name)
    var copy = json
    copy.withUTF8 { writer.raw(UnsafeRawBufferPointer($0)) }
  }
}
