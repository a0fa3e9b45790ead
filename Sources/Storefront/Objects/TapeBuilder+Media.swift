public import Bytes

extension TapeBuilder {
  /// Appends a picture, or null where there is none.
  public mutating func append(_ image: ImageView?) {
    guard let image else { return appendNull() }
    beginObject()
    member("src", image.source)
    member("url", image.source)
    member("alt", image.alt)
    size(image.width, image.height)
    member("raster_url", image.raster)
    member("media_type", "image")
    end()
  }

  /// Appends a film: its file, or the host that plays it.
  mutating func append(_ video: VideoView) {
    beginObject()
    member("media_type", video.external == nil ? "video" : "external_video")
    member("alt", video.alt)
    size(video.width, video.height)
    member("host", video.external?.host.rawValue)
    member("external_id", video.external?.id)
    key("sources")
    beginArray()
    if video.external == nil {
      beginObject()
      member("url", video.source)
      member("mime_type", video.mimeType)
      end()
    }
    end()
    key("preview_image")
    appendNull()
    end()
  }

  /// Appends the members of a size; null where it is not known.
  private mutating func size(_ width: Int, _ height: Int) {
    let isKnown = width > 0 && height > 0
    for (name, side) in [("width", width), ("height", height)] {
      key(name)
      if isKnown { append(side) } else { appendNull() }
    }
    key("aspect_ratio")
    if isKnown { appendRatio(width, height) } else { appendNull() }
  }

  /// Appends `width / height` with four decimals.
  private mutating func appendRatio(_ width: Int, _ height: Int) {
    let scaled = (width * 20_000 / height + 1) / 2
    var digits = ByteBuffer(capacity: 16)
    digits.append(decimal: scaled / 10_000)
    digits.append(".")
    digits.append(decimal: UInt64(scaled % 10_000), width: 4)
    digits.withBytes { append(number: $0) }
  }
}
