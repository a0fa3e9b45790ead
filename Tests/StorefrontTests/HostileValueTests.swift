import Liquid
import Storefront
import Testing

@Suite("Hostile values")
struct HostileValueTests {
  private static let values = [
    "nil", "true", "-1", "9223372036854775807", "-9223372036854775808",
    "99999999999999999999999", "1.5", "x.huge", "''", "'nan'", "'1e400'",
    "'\u{0}é'", "'#12'", "'rgb(1e309,nan,-inf)'", "'99999999999999999999x'", "x.list", "x",
    "x.image", "(1..3)", "collections", "collections.silk", "product", "product.media[2]",
    "product.metafields.maison.size",
  ]
  private static let arguments = [
    "nil", "9223372036854775807", "-1", "'nan'", "'1e400'", "x.list", "'alpha'", "x",
  ]
  private static let names = [
    "width: V", "height: V, width: V", "widths: V", "count: V", "format: V", "crop: V, width: 9",
  ]
  private static let data = """
    {"x":{"huge":1e308,"tiny":1e-320,"list":[null,{"a":[1]},"b",9223372036854775807],
    "image":{"src":"/a.jpg","alt":null,"width":9223372036854775807,"height":1}}}
    """

  @Test(
    "no filter of a theme ends the program, whatever it is given",
    arguments: Set(StorefrontDialect.make().filterNames)
      .subtracting(Dialect.core.filterNames.filter { $0 != "date" }).sorted())
  func filters(_ name: String) throws {
    var calls: [String] = []
    for input in Self.values {
      calls.append("\(input) | \(name)")
      for argument in Self.arguments {
        calls.append("\(input) | \(name): \(argument)")
        calls.append("\(input) | \(name): '#12', \(argument)")
      }
      for named in Self.names {
        for value in ["9223372036854775807", "x.list"] {
          calls.append("\(input) | \(name): \(named.replacing("V", with: value))")
        }
      }
    }
    let template = calls.map { "{{ \($0) }}" }.joined(separator: "\n")
    let stage = Stage(
      data: Self.data, moneyFormat: "{{amount_no_decimals}}",
      imagePattern: "{url}?w={width}&h={height}&c={crop}", undefined: .ignore, printsErrors: true,
      hasProduct: true)
    let result = try stage.run(template)
    #expect(result.error == nil, "\(result.error.map(\.fullMessage) ?? "")")
    #expect(!result.output.isEmpty)
  }
}
