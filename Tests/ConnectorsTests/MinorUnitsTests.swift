import Bytes
import Connectors
import Formats
import Testing

@Suite("Money from other platforms")
struct MinorUnitsTests {
  @Test(
    "a decimal becomes minor units exactly",
    arguments: [
      ("187.50", 2, 18_750), ("0.10", 2, 10), ("0.07", 2, 7), ("1", 2, 100), ("158000", 0, 158_000),
      ("158000.00", 0, 158_000), ("1.234", 3, 1_234), ("19.990", 2, 1_999), ("-3.05", 2, -305),
      ("0.00", 2, 0), ("90071992547409.93", 2, 9_007_199_254_740_993),
      ("1e2", 2, 10_000), ("1.875E+2", 2, 18_750), ("18750e-2", 2, 18_750), ("0e99", 2, 0),
    ])
  func exact(text: String, digits: Int, minor: Int64) throws {
    #expect(try MinorUnits.parse(text, digits: digits) == minor)
  }

  @Test(
    "what cannot be taken over exactly is refused",
    arguments: [
      ("187.505", 2, MinorUnits.Fault.tooManyDecimals), ("0.5", 0, .tooManyDecimals),
      ("1e-3", 2, .tooManyDecimals), ("99999999999999999999", 2, .tooLarge),
      ("9999999999999999.99", 3, .tooLarge), ("1e40", 2, .tooLarge), ("", 2, .notANumber),
      ("12,50", 2, .notANumber), ("€5", 2, .notANumber), ("1.", 2, .notANumber),
      (".5", 2, .notANumber), ("1e", 2, .notANumber), (" 1", 2, .notANumber),
      ("NaN", 2, .notANumber),
    ])
  func refused(text: String, digits: Int, fault: MinorUnits.Fault) {
    #expect(throws: fault) { try MinorUnits.parse(text, digits: digits) }
  }

  @Test(
    "a JSON number is read by its digits, not through a floating-point number",
    arguments: [
      ("4.35", 435), ("0.1", 10), ("1.1e1", 1_100), ("29.990", 2_999), ("\"29.99\"", 2_999),
      ("70368744177664.03", 7_036_874_417_766_403), ("12", 1_200),
    ])
  func jsonNumber(json: String, minor: Int64) throws {
    let tape = try JSON.parse(json)
    #expect(try MinorUnits.parse(tape.value, digits: 2) == minor)
  }

  @Test("every amount of a range comes through unchanged")
  func roundTrip() throws {
    for minor in stride(from: Int64(0), to: 100_000, by: 7) {
      let cents = minor % 100
      let text = "\(minor / 100).\(cents < 10 ? "0" : "")\(cents)"
      #expect(try MinorUnits.parse(text, digits: 2) == minor)
    }
  }
}

@Suite("Sizes of pictures")
struct ImageSizeTests {
  @Test("PNG, GIF, JPEG and WebP headers are read")
  func formats() {
    let png: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
      + [0, 0, 6, 64, 0, 0, 7, 208]
    #expect(ImageSize(header: png) == ImageSize(width: 1600, height: 2000))
    let gif = Array("GIF89a".utf8) + [0x40, 0x06, 0xD0, 0x07]
    #expect(ImageSize(header: gif) == ImageSize(width: 1600, height: 2000))
    let jpeg: [UInt8] =
      [0xFF, 0xD8, 0xFF, 0xE0, 0, 6, 1, 2, 3, 4, 0xFF, 0xC4, 0, 3, 9]
      + [0xFF, 0xC2, 0, 11, 8, 7, 208, 6, 64, 3, 0, 0]
    #expect(ImageSize(header: jpeg) == ImageSize(width: 1600, height: 2000))
    let webP =
      Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0]
      + [0x3F, 0x06, 0, 0xCF, 0x07, 0]
    #expect(ImageSize(header: webP) == ImageSize(width: 1600, height: 2000))
  }

  @Test("anything else, and any header cut short, has no size and does no harm")
  func nonsense() {
    let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 7, 208, 6, 64, 3, 0, 0]
    for length in 0..<12 { #expect(ImageSize(header: Array(jpeg.prefix(length))) == nil) }
    #expect(ImageSize(header: Array("<svg/>".utf8)) == nil)
    #expect(ImageSize(header: [0x89, 0x50]) == nil)
  }
}
