import CLI
import CentralCore
import Domain
import Glibc
import SyncProtocol

extension Admin {
  func found() throws {
    let isDemo = arguments.has("demo")
    guard let city = arguments.value("city") ?? (isDemo ? DemoDistrict.city : nil) else {
      throw Failure(.cityMissing, code: .usage)
    }
    let formPaths = try authoredForms()
    do { try Centre.found(in: directory, city: city) } catch let fault as CentralStoreFault {
      throw Failure(
        fault == .exists ? .centreExists(directory) : .directoryOccupied(directory),
        code: .conflict)
    }
    let centre = try centre()
    try putInForce(try formPaths.map(AuthoredForm.read), in: centre)
    var facts: [String: FieldValue] = ["city": .text(city), "data": .text(directory)]
    if !isJSON { streams.tell(.founded(directory, city: city)) }
    if isDemo { try settle(centre, into: &facts) }
    if isJSON { try result(.object(facts)) }
  }

  private func settle(_ centre: Centre, into facts: inout [String: FieldValue]) throws {
    try centre.store.write { store in
      for division in DemoDistrict.divisions { try store.put(division) }
      for (worker, grids) in DemoDistrict.workers { try store.put(worker, grids: grids) }
    }
    let password = DemoDistrict.password()
    guard try centre.signIn.setPassword(password, of: "admin", role: "administrator") else {
      throw Failure(.yescryptMissing, code: .failure)
    }
    facts["account"] = "admin"
    facts["password"] = .text(password)
    if !isJSON {
      streams.tell(.demoReady(grids: 6, workers: DemoDistrict.workers.count))
      streams.tell(.administratorPassword("admin", password))
    }
    var codes: [String: FieldValue] = [:]
    for (worker, _) in DemoDistrict.workers {
      let issued = try centre.enrollment.issueCode(worker: worker.id, hours: 24)
      codes[worker.id] = .text(issued.code)
      if !isJSON {
        streams.tell(
          .enrollmentCode(
            "\(worker.id) \(worker.name)", issued.code,
            until: LocalTime.dateAndTime(issued.expiresAt)))
      }
    }
    facts["codes"] = .object(codes)
  }

  /// `--forms`, else `$GRIDWALK_FORMS`, else those installed beside the program
  /// (`../share/gridwalk/forms`), else the `Forms` of the checkout it was built
  /// in.
  private func authoredForms() throws -> [String] {
    for directory in formDirectories() {
      let paths = AuthoredForm.paths(in: directory)
      if !paths.isEmpty { return paths }
    }
    throw Failure(.formsMissing(formDirectories().first ?? "Forms"), code: .notFound)
  }

  private func formDirectories() -> [String] {
    if let given = arguments.value("forms") { return [given] }
    if let set = streams.environment["GRIDWALK_FORMS"], !set.isEmpty { return [set] }
    var directories: [String] = []
    var place = Files.programDirectory()
    directories.append("\(place)/../share/gridwalk/forms")
    while let slash = place.lastIndex(of: "/"), slash != place.startIndex {
      place = String(place[..<slash])
      directories.append("\(place)/Forms")
    }
    return directories
  }
}
