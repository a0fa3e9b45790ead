import Bytes
import Formats

extension YAMLNode {
  /// The node as JSON with every scalar as text, as it was written.
  var json: String {
    var writer = JSONWriter()
    write(into: &writer)
    return writer.finish().string
  }

  private func write(into writer: inout JSONWriter) {
    switch kind {
    case .null: writer.null()
    case .scalar(let text, _): writer.value(text)
    case .sequence(let nodes):
      writer.beginArray()
      for node in nodes { node.write(into: &writer) }
      writer.end()
    case .mapping(let members):
      writer.beginObject()
      for member in members {
        writer.key(member.key.string ?? "")
        member.value.write(into: &writer)
      }
      writer.end()
    }
  }
}
