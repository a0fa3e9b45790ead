public import Bytes
import Formats
public import Machine

/// The keys of one tier of a storefront.
///
/// An epoch has a key of its own, which is what readers are given or what signs their cookies, and a
/// content key, which encrypts what is sealed in that epoch. The content keys that are in use are
/// published under the newest epoch's key. So a new epoch is one small file: who has only the key of
/// an earlier one is refused at once, what changes from now on is encrypted anew, and what has not
/// changed stays as it is.
public struct TierKeys: Sendable, Equatable {
  /// One epoch.
  public struct Epoch: Sendable, Equatable {
    /// Its number, from 1.
    public var number: Int
    /// When it began.
    public var created: Instant
    /// What it encrypts new content with.
    var content: [UInt8]
  }

  /// Name of the storefront.
  public let storefront: String
  /// Key of the tier.
  public let tier: String
  /// All epochs, the newest last.
  public private(set) var epochs: [Epoch]
  /// The newest epoch's key. Those of earlier ones are of no use any more and are not kept.
  var key: [UInt8]
  /// What the names of sealed files are made with.
  private(set) var names: [UInt8]

  /// The newest epoch's number.
  public var epoch: Int { epochs.last?.number ?? 0 }

  /// Makes the first epoch.
  public init(storefront: String, tier: String, at instant: Instant, random: any RandomSource) {
    self.storefront = storefront
    self.tier = tier
    epochs = [Epoch(number: 1, created: instant, content: random.bytes(32))]
    key = random.bytes(32)
    names = random.bytes(32)
  }

  /// Begins a new epoch. With `everything` the earlier content keys and the names of files go too, so
  /// that all is sealed anew.
  public mutating func rotate(at instant: Instant, random: any RandomSource, everything: Bool) {
    let next = Epoch(number: epoch + 1, created: instant, content: random.bytes(32))
    key = random.bytes(32)
    if everything {
      names = random.bytes(32)
      epochs = [next]
    } else {
      epochs.append(next)
    }
  }

  /// The newest key as readers are given it: the epoch's number, a point, and the key in letters that
  /// may stand in an address.
  var keyText: String { "\(epoch).\(Self.letters(key))" }

  /// The content key of an epoch.
  func content(ofEpoch number: Int) -> [UInt8]? { epochs.first { $0.number == number }?.content }

  /// A digest by which other keys are told apart; it tells nothing of them.
  var mark: String { SHA256Digest(of: Array(text.utf8)).hex }

  static func letters(_ bytes: [UInt8]) -> String {
    Base64.encode(bytes, isURL: true).replacing("=", with: "")
  }

  // MARK: As text

  private static let format = "trumeau-keys-1"

  /// The file's content.
  var text: String {
    var json = JSONWriter()
    json.beginObject()
    for (name, value) in [
      ("format", Self.format), ("storefront", storefront), ("tier", tier),
      ("key", Self.letters(key)), ("names", Self.letters(names)),
    ] {
      json.key(name)
      json.value(value)
    }
    json.key("epochs")
    json.beginArray()
    for epoch in epochs {
      json.beginObject()
      json.key("epoch")
      json.value(Int64(epoch.number))
      json.key("created")
      json.value(epoch.created.rfc3339)
      json.key("content")
      json.value(Self.letters(epoch.content))
      json.end()
    }
    json.end()
    json.end()
    return json.finish().string + "\n"
  }

  /// Reads a file's content; nil where it is not whole.
  init?(reading bytes: [UInt8]) {
    guard let tape = try? JSON.parse(bytes), tape.value["format"]?.string == Self.format,
      let storefront = tape.value["storefront"]?.string, let tier = tape.value["tier"]?.string,
      let key = Self.secret(tape.value["key"]), let names = Self.secret(tape.value["names"])
    else { return nil }
    self.storefront = storefront
    self.tier = tier
    self.key = key
    self.names = names
    epochs = []
    for entry in tape.value["epochs"]?.children ?? [] {
      guard let number = entry["epoch"]?.integer,
        let created = entry["created"]?.string.flatMap({ Instant(rfc3339: $0) }),
        let content = Self.secret(entry["content"])
      else { return nil }
      epochs.append(Epoch(number: Int(number), created: created, content: content))
    }
    guard !epochs.isEmpty else { return nil }
  }

  private static func secret(_ value: TapeValue?) -> [UInt8]? {
    value?.string.flatMap { Base64.decode($0, isURL: true) }.flatMap { $0.count == 32 ? $0 : nil }
  }
}

/// The key files of a project, readable by their owner alone and kept out of its repository.
public struct TierKeyStore: Sendable {
  /// The project's folder.
  let project: String

  /// Names the files of a project.
  public init(project: String) { self.project = project }

  private var folder: String { "\(project)/.trumeau/keys" }

  /// Where the keys of a tier are.
  public func path(storefront: String, tier: String) -> String {
    "\(folder)/\(storefront)/\(tier).json"
  }

  /// The keys of a tier, or nil where it has none yet.
  ///
  /// - Throws: `SiteError` with `.keys` where the file is damaged or others may read it.
  public func keys(storefront: String, tier: String) throws -> TierKeys? {
    let path = path(storefront: storefront, tier: tier)
    guard Files.exists(path) else { return nil }
    guard (Files.information(path)?.permissions ?? 0) & 0o077 == 0 else {
      throw SiteError(
        .keys, "others than its owner may read \(path)", help: "run `chmod 600 \(path)`")
    }
    guard let keys = TierKeys(reading: try Files.read(path)), keys.storefront == storefront,
      keys.tier == tier
    else {
      throw SiteError(
        .keys, "\(path) is damaged",
        help: "put it back from your copy; without it, move it away and run `trumeau tier seal`: "
          + "new keys are made, and all is sealed anew")
    }
    return keys
  }

  /// The keys of a tier, made where it has none.
  public func keysMade(
    storefront: String, tier: String, at instant: Instant, random: any RandomSource
  ) throws -> TierKeys {
    if let keys = try keys(storefront: storefront, tier: tier) { return keys }
    let keys = TierKeys(storefront: storefront, tier: tier, at: instant, random: random)
    try keep(keys)
    return keys
  }

  /// Keeps the keys of a tier: after a crash the old ones are there or the new ones.
  public func keep(_ keys: TierKeys) throws {
    let path = path(storefront: keys.storefront, tier: keys.tier)
    try Files.makeFolders(Path.folder(of: path), mode: 0o700)
    let ignore = "\(folder)/.gitignore"
    if !Files.exists(ignore) { try Files.write("*\n", to: ignore) }
    try Files.replace(path, with: Array(keys.text.utf8), mode: 0o600)
  }

  /// Writes the newest key of a tier to a file that its owner alone may read: what the service that
  /// signs readers in needs, and, put beside a sealed tree as `key.json`, what opens it to everybody.
  public func export(_ keys: TierKeys, to path: String) throws {
    var json = JSONWriter()
    json.beginObject()
    for (name, value) in [
      ("format", "trumeau-key-1"), ("storefront", keys.storefront), ("tier", keys.tier),
      ("key", keys.keyText),
    ] {
      json.key(name)
      json.value(value)
    }
    json.end()
    try Files.replace(path, with: Array((json.finish().string + "\n").utf8), mode: 0o600)
  }
}
