import CommandTree

extension Explanations {
  static let pushing = [
    Entry(
      "push.unauthenticated", "the shop does not accept the token",
      "It is wrong, expired or withdrawn. Nothing was marked as failed.",
      "Put a valid token into the token file and push again.", exit: .signInNeeded),
    Entry(
      "push.forbidden", "the token may not write this",
      "It has the scope to read, or to write other kinds of records.",
      "Ask for a token that may write what you edited, then push again.", exit: .signInNeeded),
    Entry(
      "push.unreachable", "the shop cannot be reached",
      "There is no connection, or the shop does not answer.",
      "Your edits are kept. Push again when the shop is there.", exit: .unreachable),
    Entry(
      "push.malformed", "the shop answered what it should not",
      "The answer is not what the contract says.",
      "Push again; if it stays so, tell whoever runs the shop."),
    Entry(
      "push.refused", "the shop does not let itself be written to",
      "It refuses all changes for a reason of its own.",
      "The message has its words."),
    Entry(
      "push.other-shop", "the shop is not the one that was pulled from",
      "It was restored from a backup, its change log began anew, or it is another shop.",
      "Run `trumeau pull`: it compares everything and keeps your edits. Then plan again."),
    Entry(
      "push.interrupted", "the push was stopped",
      "Ctrl-C, or the end of the session.",
      "Push again: it finds out what became of what was under way.", exit: .interrupted),
    Entry(
      "plan.unreadable", "the file is no plan",
      "It is something else, or was made by another version of trumeau.",
      "Make it anew with `trumeau plan -o FILE`.", exit: .usage),
    Entry(
      "plan.changed", "the plan was changed after it was made",
      "A plan is pushed exactly as it was shown, so its file carries a hash of itself.",
      "Make it anew with `trumeau plan -o FILE`.", exit: .usage),
    Entry(
      "plan.other-shop", "the plan is for another shop",
      "It was made in another project, or the project has another shop now.",
      "Make a plan of this project with `trumeau plan -o FILE`.", exit: .usage),
    Entry(
      "inbox.none", "there is no question of this number",
      "It was never asked.", "`trumeau conflicts list` shows the numbers.", exit: .usage),
    Entry(
      "inbox.answered", "the question has been answered",
      "By you, by somebody else in this project, or because there is nothing to decide any more.",
      "`trumeau conflicts list` shows what is open.", exit: .usage),
    Entry(
      "inbox.no-choice", "this is no answer to the question",
      "Each kind of question has choices of its own.",
      "`trumeau conflicts show N` names them.", exit: .usage),
    Entry(
      "inbox.no-value", "the answer needs a value",
      "A text of your own, a count, a name or what it shall belong to.",
      "Give it with --value.", exit: .usage),
    Entry(
      "inbox.unknown-field", "the record has no field of this name",
      "A value whose field the shop has no more can be put into another field of the same record.",
      "The message names the nearest one. Fields are named as for `trumeau set`.", exit: .usage),
    Entry(
      "inbox.does-not-fit", "the value cannot be put into this field",
      "It is of another kind than the field, the field is not edited here, or it is edited already. "
        + "Nothing has changed.",
      "Name another field, or save the value by `--as export`.", exit: .usage),
    Entry(
      "inbox.no-file", "the file is none of those that the question is about",
      "Two or more files say that they are about one record.",
      "`trumeau conflicts show N` names them.", exit: .usage),
    Entry(
      "inbox.file-exists", "the file for a saved edit is there already",
      "`export` saves an edit to a file before it ends here, and never writes over a file.",
      "Name another one with --value."),
    Entry(
      "inbox.changed", "the shop or you changed the value once more",
      "A decision holds for the values that were shown.",
      "Run `trumeau plan` and look again."),
    Entry(
      "undo.none", "there is nothing to take back",
      "No push of this number, or it has been taken back.",
      "`trumeau log` shows all pushes."),
  ]
}
