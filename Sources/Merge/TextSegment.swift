/// A piece of a merged text.
public enum TextSegment: Sendable, Hashable {
  /// Settled text, and where it is from.
  case text(String, from: TextOrigin)
  /// A place that both changed, differently.
  case conflict(TextConflict)
}

/// Where settled text is from.
public enum TextOrigin: String, Sendable, Hashable {
  /// It was there before.
  case before
  /// From here.
  case mine
  /// From the shop.
  case shop
  /// Both made the same change.
  case both
}

/// A place of a text that both changed, differently.
public struct TextConflict: Sendable, Hashable {
  /// The readings of the place. One of them may be empty.
  public var mine: String
  /// What stood there before.
  public var before: String
  /// The shop's reading.
  public var shop: String
  /// The sentence around the place in each text, for showing; nil where the place is not part of a
  /// sentence.
  public var sentence: Sentence?

  /// The three readings of a sentence.
  public struct Sentence: Sendable, Hashable {
    /// Mine.
    public var mine: String
    /// Before.
    public var before: String
    /// The shop's.
    public var shop: String

    /// Puts readings together.
    public init(mine: String, before: String, shop: String) {
      self.mine = mine
      self.before = before
      self.shop = shop
    }
  }

  /// Puts readings together.
  public init(mine: String, before: String, shop: String, sentence: Sentence? = nil) {
    self.mine = mine
    self.before = before
    self.shop = shop
    self.sentence = sentence
  }
}

/// What an editor should know about a merged text that needs no decision.
public struct TextNote: Sendable, Hashable {
  /// What it is about.
  public enum Kind: String, CaseIterable, Sendable {
    /// Both edited the same sentence, at different places: the grammar may be broken.
    case sameSentence = "same-sentence"
    /// Both edited the same paragraph, in different sentences.
    case sameParagraph = "same-paragraph"
    /// A paragraph was moved; an edit of the other side went with it.
    case moved
    /// The same passage was added by both at different places and stands twice.
    case twice
    /// The items of a list were numbered again.
    case renumbered
  }

  /// What it is about.
  public var kind: Kind
  /// The passage, as it stands in the merged text.
  public var passage: String

  /// Makes a note.
  public init(_ kind: Kind, _ passage: String) {
    self.kind = kind
    self.passage = passage
  }
}
