import Bytes
import Contract
import Diagnostics
import Formats

/// One line of a seed, read and checked on its own.
struct SeedLine: Sendable {
  let number: Int
  let draft: RecordDraft
  let mentions: [RecordMention]
  let keys: [(rule: String, value: String)]
  let contentHash: String

  /// Members that a seed line may have: what it says, and what the server fills in by itself.
  private static let known: Set<String> = [
    "type", "id", "attributes", "links", "external_ref", "created_at", "updated_at", "version",
    "etag", "seq", "updated_by", "content_hash",
  ]

  /// What a line is: a record, nothing, or what is wrong with it.
  enum Reading: Sendable {
    case record(SeedLine)
    case blank
    case faults([Diagnostic])
  }

  /// Reads one line.
  static func read(_ bytes: UnsafeRawBufferPointer, number: Int, file: String) -> Reading {
    if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return .blank }
    let tape: Tape
    do throws(FormatError) { tape = try JSON.parse(bytes) } catch {
      let place = error.offset..<error.offset + 1
      return .faults([
        Diagnostic(
          "seed.json", .error, "the line is not JSON: \(error.message)",
          at: location(of: place, in: bytes, number, file),
          help: "a seed has one JSON object a line")
      ])
    }
    var reader = SeedLineReader(value: tape.value, bytes: bytes, number: number, file: file)
    return reader.read()
  }

  /// A place in a line, as one in the file.
  private static func location(
    of range: Range<Int>, in bytes: UnsafeRawBufferPointer, _ number: Int, _ file: String
  ) -> SourceLocation {
    var location = SourceLocation(
      file: file, text: bytes, offset: range.lowerBound, length: range.count)
    location.line = number
    return location
  }

  /// Reads the members of a line.
  private struct SeedLineReader {
    let value: TapeValue
    let bytes: UnsafeRawBufferPointer
    let number: Int
    let file: String
    var found: [Diagnostic] = []
    var record: RecordReference?

    /// Notes what is wrong with the value at a pointer, or with its name.
    mutating func fault(
      _ code: String, _ message: String, at pointer: String = "", part: JSON.Part = .value,
      help: String? = nil
    ) {
      let place = JSON.place(of: pointer, part, in: bytes)
      found.append(
        Diagnostic(
          code, .error, message, at: SeedLine.location(of: place, in: bytes, number, file),
          record: record, help: help))
    }

    /// Where a member belongs that stands among the attributes and is one of the line itself.
    private static func place(of fault: SchemaFault) -> String? {
      guard fault.code == .unknownMember,
        let member = SeedLine.known.first(where: { fault.pointer == "/attributes/\($0)" })
      else { return nil }
      return "\(member) stands beside \"attributes\", not in it"
    }

    mutating func read() -> Reading {
      guard value.kind == .object else {
        fault("seed.json", "the line is not a JSON object")
        return .faults(found)
      }
      guard let name = value["type"]?.string else {
        fault("seed.type", "type is required and is text", at: "/type")
        return .faults(found)
      }
      guard let type = ResourceType(rawValue: name) else {
        let names = ResourceType.allCases.map(\.rawValue)
        fault(
          "seed.type", "there is no type \"\(name)\"", at: "/type",
          help: Suggestion.nearest(to: name, among: names).map { "did you mean \"\($0)\"?" }
            ?? "the types are \(names.joined(separator: ", "))")
        return .faults(found)
      }
      guard let id = value["id"]?.string, RecordID.isValid(id) else {
        fault(
          "seed.id", "id is required: text of 1 to 255 characters without control characters",
          at: "/id")
        return .faults(found)
      }
      record = RecordReference(type: name, id: id, title: value["attributes"]?["title"]?.string)
      for (name, _) in value.members where !SeedLine.known.contains(name) {
        fault(
          "seed.member", "there is no member \"\(name)\" in a seed line",
          at: SchemaFault.pointer("", name),
          part: .name,
          help: "what the record says stands in \"attributes\", other records' ids in \"links\"")
      }
      let draft = self.draft(type, id)
      var mentions: [RecordMention] = []
      let faults = ResourceSchema.of(type).check(
        attributes: draft.attributes, links: draft.links, mentions: &mentions)
      // Where there are none at all, that alone is what is wrong.
      for item in faults where value["attributes"] != nil {
        fault(
          "seed.\(item.code.rawValue)", "\(item.pointer): \(item.message)", at: item.pointer,
          part: item.code == .unknownMember ? .name : .value,
          help: Self.place(of: item))
      }
      guard found.isEmpty else { return .faults(found) }
      return .record(
        SeedLine(
          number: number, draft: draft, mentions: mentions, keys: NaturalKeys.of(draft),
          contentHash: ContentHash.of(
            type: type, id: id, attributes: draft.attributes, links: draft.links)))
    }

    private mutating func draft(_ type: ResourceType, _ id: String) -> RecordDraft {
      let attributes = value["attributes"]
      if attributes == nil { fault("seed.missing", "/attributes: attributes is required") }
      let reference = value["external_ref"]
      if let reference, !reference.isNull, reference.string.map(RecordID.isValid) != true {
        fault(
          "seed.bad-format",
          "/external_ref: text of 1 to 255 characters without control characters is needed",
          at: "/external_ref")
      }
      return RecordDraft(
        type: type, id: id, externalRef: reference?.string, createdAt: instant("created_at"),
        updatedAt: instant("updated_at"), attributes: attributes ?? Tape.null.value,
        links: value["links"].flatMap { $0.isNull ? nil : $0 })
    }

    private mutating func instant(_ name: String) -> Instant? {
      guard let given = value[name], !given.isNull else { return nil }
      guard let instant = given.string.flatMap(Instant.init(rfc3339:)) else {
        fault("seed.bad-format", "/\(name): an RFC 3339 time is needed", at: "/\(name)")
        return nil
      }
      return instant
    }
  }
}
