public import Bytes

extension TapeBuilder {
  /// Appends a picture, or null where there is none.
  public mutating func append(_ image: ImageView?) {
    guard let image else { return appendNull() }
    beginObject()
    member(Key.src, image.source)
    member(Key.url, image.source)
    member(Key.alt, image.alt)
    size(image.width, image.height)
    member(Key.rasterUrl, image.raster)
    member(Key.mediaType, "image")
    end()
  }

  /// Appends a film: its file, or the host that plays it.
  mutating func append(_ video: VideoView) {
    beginObject()
    member(Key.mediaType, video.external == nil ? "video" : "external_video")
    member(Key.alt, video.alt)
    size(video.width, video.height)
    member(Key.host, video.external?.host.rawValue)
    member(Key.externalId, video.external?.id)
    key(Key.sources)
    beginArray()
    if video.external == nil {
      beginObject()
      member(Key.url, video.source)
      member(Key.mimeType, video.mimeType)
      end()
    }
    end()
    key(Key.previewImage)
    appendNull()
    end()
  }

  /// Appends the members of a size; null where it is not known.
  private mutating func size(_ width: Int, _ height: Int) {
    let isKnown = width > 0 && height > 0
    key(Key.width)
    if isKnown { append(width) } else { appendNull() }
    key(Key.height)
    if isKnown { append(height) } else { appendNull() }
    key(Key.aspectRatio)
    if isKnown { appendRatio(width, height) } else { appendNull() }
  }

  /// Appends `width / height` with four decimals.
  private mutating func appendRatio(_ width: Int, _ height: Int) {
    let scaled = (width * 20_000 / height + 1) / 2
    appendNumber { digits in
      digits.append(decimal: scaled / 10_000)
      digits.append(".")
      digits.append(decimal: UInt64(scaled % 10_000), width: 4)
    }
  }
}
