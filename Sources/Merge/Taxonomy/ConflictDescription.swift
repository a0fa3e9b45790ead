/// Words and choices of one row of the taxonomy. Written for people who do not program: mine, shop,
/// before; what happened, then what is asked.
struct ConflictDescription {
  let standard: StandardAction
  let alternatives: [Alternative]
  let title: String
  /// With `{fact}`, and `[…]` around what is left out without its facts; see `ConflictFacts`.
  let sentence: String

  init(
    _ standard: StandardAction, _ alternatives: [Alternative], _ title: String, _ sentence: String
  ) {
    self.standard = standard
    self.alternatives = alternatives
    self.title = title
    self.sentence = sentence
  }

  static func of(_ kind: ConflictKind) -> ConflictDescription {
    switch kind.row {
    case 1...8: texts(kind)
    case 9...13: figures(kind)
    case 14...21: records(kind)
    case 22...30: shop(kind)
    default: people(kind)
    }
  }

  private static func texts(_ kind: ConflictKind) -> ConflictDescription {
    switch kind {
    case .editEdit:
      .init(
        .ask, [.mine, .shop, .edit, .later], "Changed by you and in the shop",
        """
        You and {who} both changed {field} of {record}[ ({when})]. \
        Before: {before}. Mine: {mine}. Shop: {shop}. Which one shall stand?
        """)
    case .sameChange:
      .init(
        .accept, [], "The same change on both sides",
        "You and {who} made the same change to {field} of {record}. Nothing to do.")
    case .differentFields:
      .init(
        .merge, [], "Other fields changed in the shop",
        "{who} changed other fields of {record} than you did[: {detail}]. Both are kept.")
    case .textMerged:
      .init(
        .merge, [.merge, .mine, .shop, .edit], "A text with changes of both",
        """
        You and {who} changed different places of {field} of {record}. Both are in the text now. \
        [Please read: {detail}]
        """)
    case .text:
      .init(
        .ask, [.mine, .shop, .both, .edit, .later], "The same place of a text changed by both",
        """
        You and {who} changed the same place in {field} of {record}[ ({when})]. \
        Before: {before} Mine: {mine} Shop: {shop} The rest of the text is merged.
        """)
    case .textMoved:
      .init(
        .merge, [.merge, .mine, .shop, .edit], "A paragraph moved by one and edited by the other",
        """
        In {field} of {record} a paragraph was moved or rewrapped on one side and edited on the \
        other. It stands at its new place with the edit[: {detail}].
        """)
    case .setMerged:
      .init(
        .merge, [.merge, .mine, .shop], "Additions and removals of both",
        """
        You and {who} both changed {field} of {record}. What either added is in, what either \
        removed is out[: {detail}].
        """)
    default:
      .init(
        .ask, [.mine, .shop, .edit, .later], "Two different orders",
        """
        You and {who} put {field} of {record} into different orders. \
        Mine: {mine}. Shop: {shop}. Which order shall it be?
        """)
    }
  }

  private static func figures(_ kind: ConflictKind) -> ConflictDescription {
    switch kind {
    case .price:
      .init(
        .ask, [.mine, .shop, .edit, .later], "Two different prices",
        """
        You and {who} both changed {field} of {record}[ ({when})]. \
        Before: {before}. Mine: {mine}. Shop: {shop}.[ {detail}] Which one is right?
        """)
    case .priceGuard:
      .init(
        .confirm, [.confirm, .edit, .drop, .later], "An unusual price: please confirm",
        "{field} of {record}: {before} becomes {mine}[, {detail}]. Is that meant?")
    case .stockMovement:
      .init(
        .merge, [.merge, .recount], "Stock moved by both",
        "Stock of {record} moved on both sides: {detail}. The movements are added.")
    case .stockNegative:
      .init(
        .ask, [.recount, .clamp, .backorder, .drop, .later], "Stock would fall below zero",
        """
        Your movement and the shop's together would take the stock of {record} below zero[: \
        {detail}]. Before: {before}. Mine: {mine}. Shop: {shop}. What is really there?
        """)
    default:
      .init(
        .ask, [.recount, .mine, .shop, .replay, .later], "Counted while it changed",
        """
        You counted {mine} of {record}, but the stock changed meanwhile: before {before}, shop \
        {shop}.[ {detail}] Which figure shall stand?
        """)
    }
  }

  private static func records(_ kind: ConflictKind) -> ConflictDescription {
    switch kind {
    case .deleteEdit:
      .init(
        .keepAndAsk, [.keep, .deleteAnyway, .later], "Deleted by you, edited in the shop",
        """
        You deleted {record}, but {who} has changed it since[ ({when})][: {detail}]. \
        It is still there. Shall it go?
        """)
    case .editDelete:
      .init(
        .keepAndAsk, [.recreate, .drop, .export, .later], "Edited by you, deleted in the shop",
        """
        {record} was deleted in the shop[ ({when})] while you edited it[: {detail}]. \
        Your text is kept here. What shall become of it?
        """)
    case .deleteDelete:
      .init(
        .accept, [], "Deleted on both sides",
        "You and {who} both deleted {record}. Nothing to do.")
    case .parentDeleted:
      .init(
        .ask, [.move, .recreate, .drop, .later], "What it belongs to is gone",
        """
        {record} belongs to something that was deleted in the shop[: {detail}]. \
        Where shall it go?
        """)
    case .createCreate:
      .init(
        .ask, [.merge, .rename, .shop, .later], "Made on both sides",
        """
        You and {who} each made {record}, and they differ[ in {detail}]. \
        Are they one, or shall yours get another name?
        """)
    case .renameRename:
      .init(
        .ask, [.redirect, .shop, .edit, .later], "Two different addresses",
        """
        You and {who} both changed the address of {record}. \
        Before: {before}. Mine: {mine}. Shop: {shop}. Old addresses lead on to the one you choose.
        """)
    case .nameTaken:
      .init(
        .ask, [.rename, .swapNames, .drop, .later], "The name is taken",
        "{mine} cannot be {field} of {record}: another record has it[, {detail}].")
    default:
      .init(
        .ask, [.edit, .drop, .later], "It names something that is gone",
        "{record} names something in {field} that is not in the shop any more[: {detail}].")
    }
  }

  private static func shop(_ kind: ConflictKind) -> ConflictDescription {
    switch kind {
    case .rejected:
      .init(
        .ask, [.edit, .drop, .later], "The shop refused it",
        "The shop did not take {field} of {record}[: \"{detail}\"]. Everything else went on.")
    case .readOnly:
      .init(
        .refuse, [.drop, .later], "Only the shop writes this",
        "{field} of {record} is written by the shop alone. Your value {mine} cannot be sent.")
    case .uncertain:
      .init(
        .ask, [.itWorked, .sendAgain, .later], "Sent, and no answer came",
        """
        {field} of {record} was sent[ ({when})], no answer came, and what the shop has now does \
        not tell. Sent: {mine}. There now: {shop}. It is not repeated unless you say so.
        """)
    case .overwrittenRace:
      .init(
        .ask, [.mine, .restoreShop, .edit, .later], "Written at the same moment",
        """
        {who} wrote {field} of {record} at the same moment as you[ ({when})], and this shop cannot \
        prevent that. Mine: {mine}. Shop: {shop}. Both are kept here.
        """)
    case .schemaChange:
      .init(
        .keepAndAsk, [.mapField, .drop, .export, .later], "The shop has changed this field",
        """
        The shop no longer has {field} as it was[: {detail}]. Your value {mine} of {record} is \
        kept here.
        """)
    case .fieldAdded:
      .init(
        .takeShop, [], "A new field in the shop",
        "The shop now has {field} for {record}. Its value was taken.")
    case .beforeUnknown:
      .init(
        .ask, [.mine, .shop, .edit, .resync, .later], "It cannot be told who changed it",
        """
        {field} of {record} differs, and what it was before is not known. \
        Mine: {mine}. Shop: {shop}. Which one shall stand?[ {detail}]
        """)
    case .permissionWithdrawn:
      .init(
        .hideAndKeep, [.export, .drop], "No longer shared with you",
        "{record} is no longer shared with you. Your edits are kept here and can be saved.")
    default:
      .init(
        .stop, [.resync, .later], "The shop is not the one it was",
        """
        The shop was restored from a backup, or this is another shop[: {detail}]. Nothing is sent \
        until everything has been compared; your edits are kept.
        """)
    }
  }

  private static func people(_ kind: ConflictKind) -> ConflictDescription {
    switch kind {
    case .membership:
      .init(
        .ask, [.mine, .shop, .later], "A membership changed by both",
        """
        You and {who} both changed {field} of {record}. Before: {before}. Mine: {mine}. \
        Shop: {shop}. Please say which, and why; consent is never widened by itself.
        """)
    case .translationStale:
      .init(
        .markStale, [.edit, .keep], "A translation of an older text",
        """
        The text that {field} of {record} was translated from has changed since. \
        The translation is kept and marked.
        """)
    case .schedule:
      .init(
        .ask, [.mine, .shop, .edit, .later], "Two plans for publishing",
        """
        You and {who} both changed {field} of {record}. Before: {before}. Mine: {mine}. \
        Shop: {shop}.[ {detail}] Until you decide, what is archived stays hidden.
        """)
    case .fileAndEditor:
      .init(
        .ask, [.mine, .shop, .edit, .later], "Edited in the file and in the editor",
        """
        {field} of {record} was edited both in its file and in the editor on this machine. \
        Before: {before}. File: {mine}. Editor: {shop}.
        """)
    case .duplicateFile:
      .init(
        .refuse, [.keepOne, .newID, .later], "Two files for one record",
        """
        {record} stands in more than one file[: {detail}]. Which one is its file, and what shall \
        become of the others?
        """
      )
    default:
      .init(
        .ask, [.mine, .shop, .both, .later], "Two different pictures",
        """
        You and {who} put different pictures in the same place of {record}. \
        Mine: {mine}. Shop: {shop}. Both files are kept.
        """)
    }
  }
}
