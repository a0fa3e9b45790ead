import CommandTree

extension Explanations {
  static let edits = [
    Entry(
      "edit.syntax", "a change is not written as it should be",
      "A change is written FIELD=VALUE, with += and -= for lists and numbers.",
      "See `trumeau set --help`. Words with spaces need quotes in the shell.", exit: .usage),
    Entry(
      "edit.unknown-record", "no record has this SKU, handle or id",
      "It is misspelt, was never pulled, or is deleted here or in the shop.",
      "The message names the nearest one. `trumeau pull` brings what is new.", exit: .usage),
    Entry(
      "edit.ambiguous", "several records have this name",
      "A SKU and a handle may be equal, and a platform may allow a SKU twice.",
      "Write the type before it, as variant:NAME, or the id.", exit: .usage),
    Entry(
      "edit.unknown-field", "the record has no such field",
      "It is misspelt, belongs to another kind of record, or is in a language that the shop does not "
        + "have.",
      "The message names the nearest one.", exit: .usage),
    Entry(
      "edit.bad-value", "the field cannot have this value",
      "An amount has commas or too many decimals, a word is not one of those allowed, or the value is "
        + "empty.",
      "The message says what to type. `!clear` clears a field.", exit: .usage),
    Entry(
      "edit.not-owned", "the field is not edited here",
      "trumeau.yaml says under `fields` that the shop or this project's files own it.",
      "Change it where it belongs, or its owner in trumeau.yaml.", exit: .usage),
    Entry(
      "edit.which-price", "it is not clear which price is meant",
      "A variant has a price in each of several price lists.",
      "Write the currency, as price.EUR, or the list, as price@\"Europe, Gold\".", exit: .usage),
    Entry(
      "edit.which-location", "it is not clear which location is meant",
      "The variant lies in several locations, or in none yet.",
      "Write the location, as stock@Geneva.", exit: .usage),
    Entry(
      "edit.which-variant", "it is not clear which variant is meant",
      "Prices and stock belong to a variant, and the product has several or none.",
      "Write the SKU instead of the product.", exit: .usage),
    Entry(
      "edit.not-confirmed", "nothing was deleted", "The question was not answered with yes.",
      "Run the command again, or with --yes."),
  ]
}
