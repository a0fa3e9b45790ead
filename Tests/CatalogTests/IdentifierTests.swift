import Catalog
import Testing

@Suite("Identifiers")
struct IdentifierTests {
  @Test(
    "numbers with a right check digit are read",
    arguments: [
      ("4006381333931", "04006381333931"), ("96385074", "00000096385074"),
      ("036000291452", "00036000291452"), ("10614141000415", "10614141000415"),
      ("978-0-306-40615-7", "09780306406157"),
    ])
  func right(text: String, fourteen: String) throws {
    #expect(try GTIN(text).fourteen == fourteen)
  }

  @Test(
    "what is wrong with a number is told",
    arguments: [
      ("4006381333932", .checkDigit), ("400638133393", .checkDigit), ("123", .length),
      ("", .length), ("40063813339A1", .notDigits), ("٤٠٠٦٣٨١٣٣٣٩٣١", .notDigits),
    ] as [(String, GTIN.Fault)])
  func wrong(text: String, fault: GTIN.Fault) {
    #expect(throws: fault) { try GTIN(text) }
  }

  @Test(
    "reserved prefixes are known",
    arguments: [
      ("2012345678900", .restricted), ("0212345678906", .restricted),
      ("0412345678904", .restricted),
      ("212345678903", .restricted), ("0512345678903", .coupon), ("9812345678907", .coupon),
      ("9912345678904", .coupon), ("98765432109876", .bulk), ("4006381333931", .item),
      ("96385074", .item),
    ] as [(String, GTIN.Use)])
  func prefixes(text: String, use: GTIN.Use) throws {
    var digits = Array(text.utf8.dropLast())
    for last in UInt8(48)...57 {
      if let gtin = try? GTIN(String(decoding: digits + [last], as: UTF8.self)) {
        #expect(gtin.use == use)
        digits = []
        break
      }
    }
    #expect(digits.isEmpty)
  }

  @Test("any single wrong digit is found")
  func singleErrors() throws {
    let right = Array("4006381333931".utf8)
    for position in right.indices {
      for digit in UInt8(48)...57 where digit != right[position] {
        var wrong = right
        wrong[position] = digit
        #expect(throws: GTIN.Fault.checkDigit) { try GTIN(String(decoding: wrong, as: UTF8.self)) }
      }
    }
  }

  @Test(
    "a handle is lower-case words joined by hyphens",
    arguments: [
      ("carre-jardin-90", true), ("a", true), ("sac_halo", true), ("é", true), ("日本", true),
      ("", false), ("Sac", false), ("a--b", false), ("-a", false), ("a-", false), ("a b", false),
      ("a/b", false), ("..", false), ("a.b", false),
    ])
  func handles(text: String, isValid: Bool) {
    #expect(Handle.isValid(text) == isValid)
  }

  @Test(
    "a title becomes a handle that is valid",
    arguments: [
      ("Carré « Jardin d'hiver » 90", "carre-jardin-dhiver-90"), ("  Sac   Halo ", "sac-halo"),
      ("L’Étui & Cie.", "letui-cie"), ("絹のスカーフ", "絹のスカーフ"), ("Größe XL", "grosse-xl"), ("!!!", ""),
    ])
  func making(title: String, handle: String) {
    #expect(Handle.make(from: title) == handle)
    #expect(handle.isEmpty || Handle.isValid(handle))
  }
}
