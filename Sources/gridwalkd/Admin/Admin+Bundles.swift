import CLI
import CentralCore
import Domain
import Glibc
import SyncProtocol

extension Admin {
  /// Takes a bundle that a device packed.
  func importBundle() throws {
    let path = try operand(0)
    let report: BundleImport.Report
    do {
      report = try BundleImport(into: try centre()).run(path, revoked: arguments.has("revoked"))
    } catch let fault as BundleFault {
      throw failure(fault, path)
    } catch let fault as BundleImport.Fault {
      throw failure(fault, path)
    }
    try say(
      .bundleTaken(
        report.device.text, operations: report.operations, repeated: report.repeated,
        refused: report.refused, photos: report.photos),
      json: json(report))
    guard report.left.isEmpty else {
      throw Failure(report.left.map(Self.words), code: .conflict)
    }
  }

  private func json(_ report: BundleImport.Report) -> FieldValue {
    .object([
      "device": .text(report.device.text), "made": .integer(report.made),
      "segments": .integer(Int64(report.segments)),
      "operations": .integer(Int64(report.operations)),
      "repeated": .integer(Int64(report.repeated)), "refused": .integer(Int64(report.refused)),
      "photos": .integer(Int64(report.photos)),
      "left": .array(
        report.left.map { left in
          var lane: [String: FieldValue] = [
            "lane": .text(left.lane.rawValue), "code": .text(left.fault.code.rawValue),
          ]
          lane["expected"] = left.fault.expected.map(FieldValue.integer)
          return .object(lane)
        }),
    ])
  }

  private static func words(_ left: BundleImport.Left) -> Sentence {
    if let expected = left.fault.expected {
      return .bundleGap(lane: left.lane.rawValue, expected: expected)
    }
    return .bundleLaneRefused(lane: left.lane.rawValue, code: left.fault.code.rawValue)
  }

  private func failure(_ fault: BundleFault, _ path: String) -> Failure {
    switch fault {
    case .foreign: Failure(.bundleForeign(path), code: .invalid)
    case .truncated: Failure(.bundleTruncated(path), code: .invalid)
    case .altered(let member): Failure(.bundleAltered(path, member: member), code: .invalid)
    case .tooLarge: Failure(.bundleTooLarge(path), code: .invalid)
    }
  }

  private func failure(_ fault: BundleImport.Fault, _ path: String) -> Failure {
    switch fault {
    case .unreadable(let code):
      Failure(.bundleUnreadable(path, String(cString: strerror(code))), code: .notFound)
    case .deviceUnknown(let device): Failure(.bundleDeviceUnknown(device.text), code: .invalid)
    case .deviceRevoked(let device):
      Failure(.bundleDeviceRevoked(device.text), code: .notPermitted)
    case .codeWrong(let device): Failure(.bundleCodeWrong(device.text), code: .invalid)
    }
  }
}
