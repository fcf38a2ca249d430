import Domain

/// What a photo says about itself. Nothing that names the camera or its owner
/// is kept.
public struct PhotoFacts: Sendable, Equatable {
  /// Bytes of the file.
  public let byteCount: Int
  /// Pixels from left to right as stored, before `orientation`.
  public let width: Int
  /// Pixels from top to bottom as stored, before `orientation`.
  public let height: Int
  /// Whether the picture ends with its end marker; false when the file was cut.
  public let isComplete: Bool
  /// What EXIF says; empty when there is none.
  public let exif: ExifFacts

  /// The pixels as seen upright.
  public var uprightSize: (width: Int, height: Int) {
    exif.orientation?.swapsSides == true ? (height, width) : (width, height)
  }
}

/// What the EXIF part of a photo says (CIPA DC-008, Exif 2.32).
public struct ExifFacts: Sendable, Equatable {
  /// How the picture is to be turned.
  public internal(set) var orientation: PhotoOrientation?
  /// When it was taken, by the camera's clock (DateTimeOriginal).
  public internal(set) var takenAt: ExifDateTime?
  /// Where it was taken.
  public internal(set) var position: PhotoPosition?
  /// The satellites' time of the position in milliseconds since 1970 UTC
  /// (GPSDateStamp and GPSTimeStamp).
  public internal(set) var gpsMilliseconds: Int64?
  /// The bytes of the file that are a JPEG thumbnail.
  public internal(set) var thumbnail: Range<Int>?
  /// What could not be read; such a value is absent.
  public internal(set) var problems: [ExifProblem] = []
}

/// How a stored picture is to be shown (Exif 2.32 §4.6.4, Orientation).
public enum PhotoOrientation: Int, Sendable {
  /// As stored.
  case upright = 1
  /// Mirrored left to right.
  case mirrored
  /// Turned by 180°.
  case upsideDown
  /// Mirrored top to bottom.
  case flipped
  /// Mirrored along the diagonal from the upper left.
  case transposed
  /// To be turned clockwise by 90°.
  case turnClockwise
  /// Mirrored along the diagonal from the upper right.
  case transversed
  /// To be turned anticlockwise by 90°.
  case turnAnticlockwise

  /// Whether width and height change places.
  public var swapsSides: Bool { rawValue >= 5 }
}

/// Where a photo was taken.
public struct PhotoPosition: Sendable, Equatable {
  /// The position, in WGS-84.
  public let coordinate: Coordinate
  /// The horizontal error in metres (GPSHPositioningError).
  public internal(set) var errorMetres: Double?
  /// Whether the receiver was measuring.
  public let status: Status

  /// What the receiver was doing (GPSStatus).
  public enum Status: Sendable {
    /// "A": measuring, so the position is of its time.
    case measuring
    /// "V": interrupted, so the position is the last one known.
    case interrupted
    /// Not said.
    case unknown
  }
}

/// Something in the EXIF part that could not be used. Tags are TIFF numbers.
public enum ExifProblem: Sendable, Equatable {
  /// The TIFF header is not one.
  case badHeader
  /// A directory does not lie within the EXIF part.
  case directoryOutOfRange
  /// A directory has more entries than are read.
  case tooManyEntries(limit: Int)
  /// The next directory is one that was read already.
  case loop
  /// The value does not lie within the EXIF part.
  case outOfRange(tag: UInt16)
  /// The value is of a wrong type, count or spelling.
  case badValue(tag: UInt16)
  /// A fraction with the denominator zero.
  case zeroDenominator(tag: UInt16)
  /// A value that another one needs is absent.
  case missing(tag: UInt16)
  /// The position is in another datum than WGS-84, such as GCJ-02.
  case foreignDatum
  /// The position is 0° N 0° E: a receiver without a fix.
  case nullPosition
  /// The thumbnail's bytes are not in the file or not a JPEG.
  case badThumbnail
}
