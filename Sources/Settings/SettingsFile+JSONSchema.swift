import Bytes
import Formats

extension SettingsFile {
  /// A JSON Schema (2020-12) of the file, for editors that complete and check.
  public var jsonSchema: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("$schema")
    json.value("https://json-schema.org/draft/2020-12/schema")
    json.key("title")
    json.value("trumeau \(rawValue)")
    Self.write(.section(keys), into: &json)
    json.end()
    return json.finish().string
  }

  private static func write(_ kind: SettingKind, into json: inout JSONWriter) {
    switch kind {
    case .section(let keys): writeSection(keys, into: &json)
    case .table(let inner):
      type("object", into: &json)
      json.key("additionalProperties")
      object(inner, into: &json)
    case .list(let inner):
      type("array", into: &json)
      json.key("items")
      object(inner, into: &json)
    case .choice(let words): writeChoice(words, into: &json)
    case .choiceByKey(let words):
      json.key("anyOf")
      json.beginArray()
      object(.choice(words), into: &json)
      object(.table(.choice(words)), into: &json)
      json.end()
    case .integer(let bounds):
      type("integer", into: &json)
      json.key("minimum")
      json.value(bounds.lowerBound)
      json.key("maximum")
      json.value(bounds.upperBound)
    case .boolean: type("boolean", into: &json)
    case .percent: pattern("^(100|[0-9]{1,2}) ?%?$", into: &json)
    case .span: pattern("^[0-9]+[smhd]$", into: &json)
    case .address: pattern("^https?://", into: &json)
    case .text: type("string", into: &json)
    case .localizedText:
      json.key("type")
      json.beginArray()
      json.value("string")
      json.value("object")
      json.end()
      json.key("additionalProperties")
      object(.text, into: &json)
    }
  }

  private static func writeChoice(_ words: [String], into json: inout JSONWriter) {
    json.key("enum")
    json.beginArray()
    for word in words { json.value(word) }
    json.end()
  }

  private static func writeSection(_ keys: [SettingKey], into json: inout JSONWriter) {
    type("object", into: &json)
    json.key("additionalProperties")
    json.value(false)
    json.key("required")
    json.beginArray()
    for key in keys where key.isRequired { json.value(key.name) }
    json.end()
    json.key("properties")
    json.beginObject()
    for key in keys {
      json.key(key.name)
      json.beginObject()
      json.key("description")
      json.value(key.summary)
      if let fallback = key.fallback {
        json.key("default")
        json.value(fallback)
      }
      write(key.kind, into: &json)
      json.end()
    }
    json.end()
  }

  private static func object(_ kind: SettingKind, into json: inout JSONWriter) {
    json.beginObject()
    write(kind, into: &json)
    json.end()
  }

  private static func type(_ name: String, into json: inout JSONWriter) {
    json.key("type")
    json.value(name)
  }

  private static func pattern(_ pattern: String, into json: inout JSONWriter) {
    type("string", into: &json)
    json.key("pattern")
    json.value(pattern)
  }
}
