// What is found while a form is read. Reading goes on after a fault, so that an
// author sees all mistakes at once.

struct Findings {
  private(set) var faults: [FormFault] = []
  private(set) var warnings: [FormFault] = []

  mutating func fault(_ location: SourceLocation, _ code: FormFault.Code, _ detail: String) {
    add(location.fault(code, detail))
  }

  mutating func add(_ fault: FormFault) {
    guard faults.count < FormFaults.limit else { return }
    faults.append(fault)
  }

  mutating func warning(_ location: SourceLocation, _ code: FormFault.Code, _ detail: String) {
    guard warnings.count < FormFaults.limit else { return }
    warnings.append(location.fault(code, detail))
  }
}
