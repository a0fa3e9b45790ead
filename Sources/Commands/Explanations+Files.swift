import CommandTree

extension Explanations {
  static let tables = [
    Entry(
      "table.column", "a column of a spreadsheet is not known",
      "The first row names the columns, as `trumeau set` names fields. Nothing was taken in.",
      "Correct the name; put # before the name of a column that is only for you."),
    Entry(
      "table.empty", "a spreadsheet has no rows", "Not even the first, which names the columns.",
      "Export one by `trumeau export csv` to see how it looks."),
    Entry(
      "table.cells", "a row has more cells than the first row",
      "Usually a separator stands in a cell.",
      "Put the cell in quotes; spreadsheet programs do."),
    Entry(
      "table.record", "a row does not say which product it is about",
      "It is found by variant_id, product_id, sku or handle.",
      "Correct the cell that is marked. To make something new write `create` into the column "
        + "command."),
    Entry(
      "table.sorted-apart", "columns of a spreadsheet were sorted without the others",
      "The row names a variant and a product that do not belong together.",
      "Undo the sorting, and sort the whole table."),
    Entry(
      "table.two-values", "two rows say different things of one product",
      "A product's own fields stand in the first of its rows.", "Write the value in one row only."),
    Entry(
      "table.command", "a row has a command that does not exist", "Usually it is misspelt.",
      "Write create, delete or delete product, or leave the cell empty."),
    Entry(
      "table.many-deletions", "a spreadsheet would delete many products",
      "More than five, or more than 2 % of all.", "If that is meant, say --confirm-deletions N."),
    Entry(
      "table.spoilt", "the spreadsheet program has rewritten a cell",
      "It takes digits for a number and drops leading zeros, or writes dates in another way. Nothing "
        + "was changed.",
      "Format the column as text if you want to change it.", exit: .done),
    Entry(
      "table.lost-digits", "a number has lost digits",
      "A spreadsheet program has written a long number as 1.23E+12.",
      "Format the column as text and type the number again."),
    Entry(
      "table.formula", "a cell holds the error of a formula", "For example #REF!.",
      "Mend the formula, or write the value."),
    Entry(
      "table.refused", "a row is not taken in",
      "The record could not be as the row says.", "Correct what the message names."),
    Entry(
      "format.csv", "a file is not CSV", "A quote is not closed, or the text is not UTF-8.",
      "Save the table as CSV in UTF-8."),
  ]

  static let files = [
    Entry(
      "file.new-product", "a file without an id would make a product that cannot be made",
      "A file in content/products with a title and no `id:` becomes a new product, called like the "
        + "file. The name is taken, or cannot be part of an address, or a field is not as it must be.",
      "Do what the message says. To change a product that exists write its id into the file."),
    Entry(
      "file.errors", "files of products have errors",
      "What stands in content/products is taken in before pages are made, and a file with an error is "
        + "not taken in at all.",
      "Mend what is listed and run the command again."),
    Entry(
      "file.empty-value", "a field has no value",
      "Nothing stands behind the name, or the text below the front matter is gone. That is usually an "
        + "accident, so it is not taken for a wish to clear the field.",
      "Write a value, or `~` to clear the field, or take the line away to leave the field as it is."
    ),
    Entry(
      "file.refused", "a value is not one that the field can have",
      "For example a text that is too long, or a tag that stands there twice.",
      "Correct it at the place named."),
    Entry(
      "file.encoding", "a file is not UTF-8, or holds zero bytes",
      "It was saved in an older encoding; or the computer lost its power while it was saved.",
      "Save it as UTF-8. Where the text is gone, remove the file and bring it back with `trumeau edit`."
    ),
    Entry(
      "file.markers", "a file has conflict markers",
      "The lines <<<<<<<, ======= and >>>>>>> stand around two readings of a text.",
      "Decide, remove the markers and save."),
    Entry(
      "file.copy", "two files are about one product", "One was copied with its `id:`.",
      "`trumeau conflicts` asks which one stays: `--keep FILE` sets the other aside, `--new-id` makes a "
        + "product of its own of it. Or remove one of them, or write another product's id into it."),
    Entry(
      "file.case-clash", "names of files differ only in capitals or accents",
      "On many computers they are one file.",
      "Rename one of them, or decide by `trumeau conflicts`."),
    Entry(
      "file.unknown-product", "a file is about a product that does not exist",
      "The id is misspelt, or the product was deleted in the shop.",
      "Correct the id, or remove the file. `trumeau edit` writes the file of a product."),
    Entry(
      "file.rename", "a file's new name cannot be the product's handle",
      "The name of a product's file is its handle, the last part of its address.",
      "Choose another name, as the message says."),
    Entry(
      "file.decision", "a field was changed in the file and in the editor",
      "Both changes were made on this machine, and they cannot be put together.",
      "Decide by `trumeau conflicts`.", exit: .done),
    Entry(
      "file.incoming", "a file was not brought up to date",
      "It has changes that could not be taken in, so it was left as it is; what it would be lies "
        + "beside it.",
      "Mend the file; the other one goes by itself.", exit: .done),
    Entry(
      "file.occupied", "a file is in the way",
      "A product's file should be written or renamed, but there is one of that name which is not "
        + "known.",
      "Move it out of the way, or mend it: `trumeau status` says what is wrong with it."),
    Entry(
      "file.product-gone", "the product of a file is gone",
      "The shop has deleted it. The file has words of its own and was kept.",
      "Remove it when you have what you need from it.", exit: .done),
    Entry(
      "file.story-in-body", "a file has the site's story where the description belongs",
      "The text below the front matter is the description as soon as the file holds the shop's fields.",
      "Move the story into the front matter, as `story:`."),
    Entry(
      "file.no-question", "nothing needs a decision",
      "Markers are written only where both sides changed one text.",
      "`trumeau conflicts` lists what needs a decision."),
  ]
}
