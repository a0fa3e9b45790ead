import CommandTree

/// Feeds: what can be wrong with an item.
extension Explanations {
  static let feedIdentity = [
    finding(
      "id-duplicate", "two items have one id", "The channel keeps only one of them.",
      "Give each variant an SKU of its own in the shop."),
    finding(
      "id-length", "an id is too long or empty", "The channel takes 1 to 50 characters.",
      "Shorten the SKU in the shop, or give the channel another id."),
    finding(
      "id-whitespace", "an id has runs of white space",
      "They are read as one space, and two ids can then be the same.", "Remove them.", exit: .done),
    finding(
      "id-case-collision", "two ids differ only in their capitals", "People take them for one.",
      "Give one of them another id.", exit: .done),
    finding(
      "gtin-format", "a GTIN is not made of digits",
      "It is the number below the bar code: 8, 12, 13 or 14 digits.",
      "Correct it in the shop, or remove it."),
    finding(
      "gtin-length", "a GTIN has the wrong number of digits", "It has 8, 12, 13 or 14.",
      "Correct it in the shop; zeros at the beginning may be lost."),
    finding(
      "gtin-check-digit", "a GTIN is mistyped", "Its last digit does not fit the others.",
      "Compare it with the number below the bar code."),
    finding(
      "gtin-restricted", "a GTIN is of a range that is not for sale",
      "Numbers that begin with 2, 02 or 04 are for use within a company, others are for coupons.",
      "Use the maker's number, or none."),
    finding(
      "gtin-placeholder", "a GTIN is a placeholder", "All its digits are the same.", "Remove it."),
    finding(
      "gtin-shared", "two items have one GTIN", "Each variant has a number of its own.",
      "Compare both with their bar codes.", exit: .done),
    finding(
      "brand-missing", "an item has no brand", "New articles need one.",
      "Set the vendor of the product in the shop.", exit: .done),
    finding(
      "identifiers-missing", "an item has neither GTIN nor MPN", "Fewer people will see it.",
      "Add one, or say identifier_exists: no where the article has none.", exit: .done),
    finding(
      "identifier-exists-conflict", "an item says that it has no identifiers, and has some",
      "identifier_exists is no.", "Remove one or the other.", exit: .done),
    finding(
      "group-equals-id", "an item's group is its own id",
      "The group is the product, the item its variant.", "Use the product's id for the group.",
      exit: .done),
    finding(
      "group-singleton", "a group has only one item", "A group is for several variants.",
      "Leave item_group_id out.", exit: .done),
    finding(
      "variants-not-distinct", "two variants look the same",
      "Items of one group have the same colour, size, material and pattern.",
      "Say in the channel's attributes where that comes from in which they differ."),
    finding(
      "variants-uneven-attributes", "variants of one product tell different things",
      "For example one has a colour and another one has none.",
      "Give all of them the same attributes.", exit: .done),
  ]

  static let feedTexts = [
    finding(
      "title-length", "a title is too long", "The channel takes 150 characters.", "Shorten it."),
    finding(
      "title-style", "a title shouts or advertises",
      "Capitals throughout, emoji and words such as free shipping are refused.",
      "Say what the article is.", exit: .done),
    finding(
      "description-length", "a description is too long", "The channel takes 5,000 characters.",
      "Shorten it."),
    finding(
      "description-html", "a description holds HTML", "People would see the tags.",
      "Write plain text.", exit: .done),
    finding(
      "double-escape", "a text was escaped twice", "People would see &amp; in it.",
      "Escape it once only.", exit: .done),
    finding(
      "image-format", "a picture has a form that the channel does not read",
      "It reads JPEG, PNG, WebP, GIF, BMP and TIFF.",
      "Set media.raster in trumeau.yaml, and make raster twins of drawings."),
    finding(
      "image-duplicate", "the same picture stands twice", "The second one is not shown.",
      "Remove it.", exit: .done),
    finding(
      "image-placeholder", "a picture is a placeholder", "The channel refuses items without one.",
      "Add a real picture.", exit: .done),
    finding(
      "category-unknown", "the category is not one of Google's",
      "Categories come from Google's list, by number or by path.",
      "Look it up in the list, and set it in the shop."),
    finding(
      "category-too-broad", "the category is a whole department",
      "Fewer people will find the item.",
      "Name a category below it.", exit: .done),
    finding(
      "apparel-missing", "clothing lacks an attribute",
      "Clothing needs colour, size, age group and gender; some countries refuse it without.",
      "Say in the channel's attributes where it comes from."),
    finding(
      "color-count", "a colour names more than three colours", "Only three are read.",
      "Name the three that matter most.", exit: .done),
    finding(
      "color-length", "a colour's name is too long", "The channel takes 40 characters a colour.",
      "Shorten it.", exit: .done),
  ]

  static let feedPrices = [
    finding(
      "price-format", "a price has the wrong form", "Prices are written as 1850.00 EUR.",
      "Write it so: a point before the decimals, no grouping, a space, the currency's code."),
    finding(
      "price-currency", "a price has an unknown currency", "Currencies are three capital letters.",
      "Use the code of ISO 4217."),
    finding(
      "price-minor-units", "a price has too many decimals",
      "The currency has fewer: yen have none.", "Remove them."),
    finding(
      "price-not-positive", "a price is zero", "The channel refuses such items.",
      "Set the price in the shop, or leave the item out."),
    finding(
      "currency-mixed", "a feed has prices in several currencies", "A feed is for one market.",
      "Make a channel for each currency."),
    finding(
      "currency-country", "prices are not in the country's currency",
      "Visitors from the channel see another currency than on the page.",
      "Choose the market that has the country's currency.", exit: .done),
    finding(
      "sale-not-lower", "a sale price is not below the price", "There is no reduction.",
      "Leave sale_price out."),
    finding(
      "sale-date-without-sale-price", "a sale has dates and no price", "The dates are not read.",
      "Add sale_price, or remove the dates.", exit: .done),
    finding(
      "availability-date-missing", "an item can be ordered ahead, and nothing says from when",
      "The channel wants to tell its visitors when it comes.",
      "Set the metafield inventory.available_from in the shop to a date."),
    finding(
      "availability-date-far", "an item comes in more than a year", "The year may be mistyped.",
      "Check the date.", exit: .done),
    finding(
      "availability-inventory-conflict", "availability and quantity disagree",
      "For example in stock with a quantity of 0.", "Correct one of them."),
    finding(
      "expiration-far", "an item expires in more than 30 days",
      "The channel drops items after 30 days anyway.", "Leave expiration_date out.", exit: .done),
    finding(
      "tax-obsolete", "tax is no longer read", "Google stopped reading it in July 2025.",
      "Leave it out.", exit: .done),
  ]

  static let feedMembers = [
    finding(
      "loyalty-country", "members' prices are not shown in this country",
      "The channel shows them only in some countries.", "Leave loyalty out of this channel.",
      exit: .done),
    finding(
      "loyalty-label-missing", "a tier lacks its labels",
      "With several tiers each needs the programme's and its own.",
      "Set program_label and tier_label in the channel's file."),
    finding(
      "loyalty-label-unknown", "a programme or tier is not set up in the channel",
      "The labels must be those of the Merchant Center.",
      "Correct the labels in the channel's file."),
    finding(
      "loyalty-tier-duplicate", "a tier stands twice", "Only one price can count.",
      "Remove one of the two."),
    finding(
      "loyalty-private-tier", "the prices of a private tier are in the feed",
      "The channel was not opted in for this tier.",
      "Build the feed again; do not publish this file."),
    finding(
      "loyalty-price-not-lower", "a members' price is not below the price",
      "Members would gain nothing.", "Leave the tier out for this item."),
    finding(
      "loyalty-points", "points are not a whole number", "The channel refuses them.",
      "Write a whole number."),
    finding(
      "range-order", "the shortest time is above the longest", "The two may be swapped.",
      "Correct one of them."),
    finding(
      "shipping-time-incomplete", "a delivery time has no upper end", "Both are needed.",
      "Add the longest time."),
    finding(
      "shipping-loyalty-incomplete", "one of two loyalty labels is missing",
      "Delivery for members names programme and tier.", "Add the other one."),
    finding(
      "shipping-ambiguous", "two rates are for the same country and service",
      "Nobody can tell which counts.", "Remove one of them."),
    finding(
      "shipping-dimensions-incomplete", "one of three dimensions is missing",
      "Length, width and height are used only together.", "Add the others, or leave them out.",
      exit: .done),
  ]
}
