public import Bytes

extension ByteBuffer {
  /// Appends a finding as one JSON object.
  public mutating func append(json diagnostic: Diagnostic) {
    append("{\"code\":")
    append(jsonString: diagnostic.code)
    append(",\"severity\":")
    append(jsonString: diagnostic.severity.word)
    append(",\"message\":")
    append(jsonString: diagnostic.message)
    if let location = diagnostic.location {
      append(",\"file\":")
      append(jsonString: location.file)
      append(",\"line\":")
      append(decimal: location.line)
      append(",\"column\":")
      append(decimal: location.column)
      append(",\"length\":")
      append(decimal: location.length)
      if let excerpt = location.excerpt {
        append(",\"excerpt\":")
        append(jsonString: excerpt)
      }
    }
    if let record = diagnostic.record {
      append(",\"record\":{\"type\":")
      append(jsonString: record.type)
      append(",\"id\":")
      append(jsonString: record.id)
      if let title = record.title {
        append(",\"title\":")
        append(jsonString: title)
      }
      append("}")
    }
    if !diagnostic.notes.isEmpty {
      append(",\"notes\":[")
      for (index, note) in diagnostic.notes.enumerated() {
        if index > 0 { append(",") }
        append(jsonString: note)
      }
      append("]")
    }
    if let help = diagnostic.help {
      append(",\"help\":")
      append(jsonString: help)
    }
    append("}")
  }
}
