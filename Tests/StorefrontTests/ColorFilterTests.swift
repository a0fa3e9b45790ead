import Diagnostics
import Liquid
import Testing

@Suite("Filters of colours")
struct ColorFilterTests {
  @Test(
    "compute what the public documentation of these filters shows",
    arguments: [
      Row("{{ 'rgb(234, 90, 185)' | color_to_hex }}", "#ea5ab9"),
      Row("{{ '#EA5AB9' | color_to_rgb }}", "rgb(234, 90, 185)"),
      Row("{{ '#EA5AB9' | color_to_hsl }}", "hsl(320, 77%, 64%)"),
      Row("{{ '#EA5AB9' | hex_to_rgba }}", "rgba(234,90,185,1)"),
      Row("{{ '#EA5AB9' | hex_to_rgba: 0.5 }}", "rgba(234,90,185,0.5)"),
      Row("{{ '#EA5AB9' | color_brightness }}", "143.89"),
      Row("{{ '#720955' | color_difference: '#FFF3F9' }}", "539"),
      Row("{{ '#FFF00F' | brightness_difference: '#0B72AB' }}", "129"),
      Row("{{ '#495859' | color_contrast: '#fffffb' }}", "7.4"),
      Row("{{ '#EA5AB9' | color_extract: 'red' }}", "234"),
      Row("{{ '#EA5AB9' | color_darken: 30 }}", "#98136b"),
      Row("{{ '#EA5AB9' | color_desaturate: 30 }}", "#ce76b0"),
      Row("{{ '#EA5AB9' | color_saturate: 30 }}", "#ff45c0"),
      Row("{{ '#EA5AB9' | color_modify: 'red', 255 }}", "#ff5ab9"),
      Row("{{ '#EA5AB9' | color_modify: 'alpha', 0.85 }}", "rgba(234, 90, 185, 0.85)"),
      Row("{{ '#E800B0' | color_mix: '#00936F', 50 }}", "#744a90"),
      Row(
        "{{ 'rgba(232, 0, 176, 0.75)' | color_mix: '#00936F', 50 }}",
        "rgba(116, 74, 144, 0.88)"),
    ])
  func documented(_ row: Row) throws { #expect(try Stage().render(row.template) == row.output) }

  @Test(
    "keep the notation, stay within bounds and take every notation",
    arguments: [
      Row("{{ 'hsla(100, 38%, 54%, 0.5)' | color_to_rgb }}", "rgba(123, 182, 93, 0.5)"),
      Row("{{ '#fff' | color_to_rgb }}", "rgb(255, 255, 255)"),
      Row("{{ '#ffffff80' | color_to_rgb }}", "rgba(255, 255, 255, 0.5)"),
      Row("{{ 'rgb(0 0 0)' | color_to_hex }}", "rgb(0 0 0)"),
      Row("{{ 'hsl(0, 0%, 50%)' | color_lighten: 10 }}", "hsl(0, 0%, 60%)"),
      Row("{{ '#888888' | color_lighten: 100 }}", "#ffffff"),
      Row("{{ '#888888' | color_darken: 100 }}", "#000000"),
      Row("{{ '#000' | color_contrast: '#fff' }}", "21.0"),
      Row("{{ '#e800b0' | color_mix: '#00936f', 100 }}", "#e800b0"),
      Row("{{ '#e800b0' | color_mix: '#00936f', 0 }}", "#00936f"),
      Row("{{ '#EA5AB9' | color_extract: 'hue' }}", "320"),
      Row("{{ 'rgba(1,2,3,0.25)' | color_extract: 'alpha' }}", "0.25"),
      Row("{{ '#ff0000' | color_modify: 'hue', 120 }}", "#00ff00"),
      Row("{{ '#ff0000' | color_modify: 'lightness', 25 }}", "#800000"),
      Row("{{ 'no colour' | color_to_hex }}", "no colour"),
      Row("{{ 'no colour' | color_darken: 10 }}", "no colour"),
    ])
  func edges(_ row: Row) throws { #expect(try Stage().render(row.template) == row.output) }

  @Test("a part that no colour has is an error that names those there are")
  func unknownPart() throws {
    let error = try #require(try Stage().run("{{ '#fff' | color_extract: 'taste' }}").error)
    #expect(error.message == "a color has no 'taste'")
    #expect(error.diagnostic.help?.contains("saturation") == true)
    #expect(
      try Stage().error("{{ '#fff' | color_darken: 'much' }}") == "color_darken needs a number")
  }
}
