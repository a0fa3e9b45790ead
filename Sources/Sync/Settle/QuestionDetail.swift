import Bytes
public import Contract
import Formats
public import Merge

/// What a person must see of a question beside the three values: kept as one JSON object with the
/// inbox entry, and handed on as it is to screens.
public struct QuestionDetail: Sendable, Hashable {
  /// What people call the record.
  public var name = ""
  /// Who changed it in the shop, where the platform says so.
  public var who: String?
  /// When it was changed in the shop (RFC 3339).
  public var when: String?
  /// The shop's own words, or one sentence more.
  public var words: String?
  /// Fields or members in which the two sides differ.
  public var differs: [String] = []
  /// A text in pieces.
  public var segments: [TextSegment] = []
  /// What would come of putting both together.
  public var proposal: FieldValue?
  /// Another record that is concerned, such as the holder of a name.
  public var other: RecordKey?
  /// Whether a push asks, and not a merge: then it stands until it is answered or edited again.
  public var isFromPush = false

  /// How far the comparison is that a person has asked for (`Alternative.resync`); nil where nobody has.
  public var comparison: Comparison?
  /// The files that are about one record (row 35), in byte order of their paths.
  public var files: [ClaimingFile] = []

  /// How far a comparison of everything is that a person has asked for.
  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    /// The next pull makes it.
    case asked
    /// It is made, and did not tell.
    case done
  }

  /// A file that says that it is about a record.
  public struct ClaimingFile: Sendable, Hashable {
    /// Its path below the project.
    public var path: String
    /// SHA-256 of its bytes when it was asked about, in hexadecimal digits: an answer is about these.
    public var hash: String
    /// Whether it was the record's file before.
    public var isKnown: Bool
    /// Whether a record of its own can be made of it.
    public var isWhole: Bool

    var value: FieldValue {
      .object(of: [
        .init("path", .text(path)), .init("hash", .text(hash)), .init("known", .boolean(isKnown)),
        .init("whole", .boolean(isWhole)),
      ])
    }

    init(path: String, hash: String, isKnown: Bool, isWhole: Bool) {
      self.path = path
      self.hash = hash
      self.isKnown = isKnown
      self.isWhole = isWhole
    }

    init?(_ value: FieldValue) {
      guard let path = value["path"]?.text, let hash = value["hash"]?.text else { return nil }
      self.init(
        path: path, hash: hash, isKnown: value["known"] == .boolean(true),
        isWhole: value["whole"] == .boolean(true))
    }
  }

  /// Makes details of nothing.
  public init() {}

  /// The JSON that is stored.
  var json: String {
    var members: [FieldValue.Member] = [.init("name", .text(name))]
    func add(_ name: String, _ text: String?) {
      if let text { members.append(.init(name, .text(text))) }
    }
    add("who", who)
    add("when", when)
    add("words", words)
    if !differs.isEmpty { members.append(.init("differs", .list(differs.map { .text($0) }))) }
    if !segments.isEmpty {
      members.append(.init("segments", .list(segments.map(Self.value))))
    }
    if let proposal { members.append(.init("proposal", proposal)) }
    if let other {
      members.append(.init("other_type", .text(other.type.rawValue)))
      members.append(.init("other_id", .text(other.id)))
    }
    if isFromPush { members.append(.init("from_push", .boolean(true))) }
    add("comparison", comparison?.rawValue)
    if !files.isEmpty { members.append(.init("files", .list(files.map(\.value)))) }
    return FieldValue.object(of: members).json
  }

  /// Reads what was stored; what is absent or of another kind is left out.
  init(json: String?) {
    // What cannot be read is shown without details.
    guard let json, let value = try? FieldValue(json: json) else { return }
    name = value["name"]?.text ?? ""
    who = value["who"]?.text
    when = value["when"]?.text
    words = value["words"]?.text
    differs = value["differs"]?.list?.compactMap(\.text) ?? []
    segments = value["segments"]?.list?.compactMap(Self.segment) ?? []
    proposal = value["proposal"]
    if let type = value["other_type"]?.text.flatMap(ResourceType.init(rawValue:)),
      let id = value["other_id"]?.text
    {
      other = RecordKey(type, id)
    }
    isFromPush = value["from_push"] == .boolean(true)
    comparison = value["comparison"]?.text.flatMap(Comparison.init(rawValue:))
    files = value["files"]?.list?.compactMap(ClaimingFile.init) ?? []
  }

  private static func value(_ segment: TextSegment) -> FieldValue {
    switch segment {
    case .text(let text, let origin):
      return .object(of: [.init("text", .text(text)), .init("from", .text(origin.rawValue))])
    case .conflict(let conflict):
      var members: [FieldValue.Member] = [
        .init("mine", .text(conflict.mine)), .init("before", .text(conflict.before)),
        .init("shop", .text(conflict.shop)),
      ]
      if let sentence = conflict.sentence {
        members += [
          .init("mine_sentence", .text(sentence.mine)),
          .init("before_sentence", .text(sentence.before)),
          .init("shop_sentence", .text(sentence.shop)),
        ]
      }
      return .object(of: members)
    }
  }

  private static func segment(_ value: FieldValue) -> TextSegment? {
    if let text = value["text"]?.text {
      let origin = value["from"]?.text.flatMap(TextOrigin.init(rawValue:))
      return .text(text, from: origin ?? .before)
    }
    guard let mine = value["mine"]?.text, let before = value["before"]?.text,
      let shop = value["shop"]?.text
    else { return nil }
    var sentence: TextConflict.Sentence?
    if let mine = value["mine_sentence"]?.text, let before = value["before_sentence"]?.text,
      let shop = value["shop_sentence"]?.text
    {
      sentence = TextConflict.Sentence(mine: mine, before: before, shop: shop)
    }
    return .conflict(TextConflict(mine: mine, before: before, shop: shop, sentence: sentence))
  }
}

extension Question {
  /// The details as one JSON object: `name`, `who`, `when`, `words`, `differs`, `segments`, `proposal`,
  /// `other_type` and `other_id`, `comparison`, `files`, where they are known.
  public var storedDetail: String { detail.json }
}
