public import Contract

extension Shop {
  /// A picture of a product.
  public static func picture(_ number: Int) -> RecordKey { RecordKey(.media, "med_\(number)") }
  /// A customer.
  public static func customer(_ number: Int) -> RecordKey { RecordKey(.customer, "cus_\(number)") }
  /// The customer's membership.
  public static func membership(_ number: Int) -> RecordKey {
    RecordKey(.membership, "mbr_\(number)")
  }
  /// A tier of the one programme.
  public static func tier(_ number: Int) -> RecordKey { RecordKey(.tier, "tir_\(number)") }
  private static let program = RecordKey(.program, "pgm_1")

  /// Adds pictures, a programme with two tiers, and members.
  public static func addPeople(to server: ServerModel, products: Int, members: Int = 2) {
    for number in 0..<products { addPicture(number, to: server) }
    server.put(program, ["name": .text("Friends"), "kind": .text("invited")])
    for number in 1...2 {
      server.put(
        tier(number),
        [
          "key": .text("t\(number)"), "rank": .integer(Int64(number)),
          "name": .object(of: [.init("en", .text("Tier \(number)"))]),
          "links.program": .text(program.id),
        ])
    }
    for number in 0..<members { addMember(number, to: server) }
  }

  /// Adds a picture to a product.
  public static func addPicture(_ number: Int, to server: ServerModel) {
    server.put(
      picture(number),
      [
        "kind": .text("image"), "url": .text("https://pictures.example/\(number).jpg"),
        "alt": .text("Thing \(number) from the front"), "width": .integer(800),
        "height": .integer(600), "position": .integer(1),
        "links.parent": .object(of: [
          .init("id", .text(product(number).id)), .init("type", .text("product")),
        ]),
      ])
  }

  /// Adds a customer who is a member.
  public static func addMember(_ number: Int, to server: ServerModel) {
    server.put(
      customer(number),
      ["email": .text("member\(number)@example.com"), "name": .text("Member \(number)")])
    server.put(
      membership(number),
      [
        "status": .text("active"), "source": .text("granted"),
        "since": .text("2026-01-01T00:00:00Z"), "links.customer": .text(customer(number).id),
        "links.program": .text(program.id), "links.tier": .text(tier(1).id),
      ])
  }
}
