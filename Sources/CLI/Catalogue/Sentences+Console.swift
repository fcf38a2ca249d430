// The words of the centre's console.

extension Sentence {
  package static let consoleTitle = Sentence(zh: "网格指挥中心", en: "Grid command centre")
  package static let consoleSignIn = Sentence(zh: "登录", en: "Sign in")
  package static let consoleSignOut = Sentence(zh: "退出", en: "Sign out")
  package static let consoleName = Sentence(zh: "账号", en: "Account")
  package static let consolePassword = Sentence(zh: "密码", en: "Password")
  package static let consoleSignInFailed = Sentence(
    zh: "账号或密码不对，请重新输入。", en: "The account or password is wrong. Please try again.")
  package static let consoleSignInTooOften = Sentence(
    zh: "尝试次数过多，请一分钟后再试。", en: "Too many attempts. Please try again in a minute.")
  package static let consoleFormExpired = Sentence(
    zh: "页面已过期，请返回后重试", en: "The page has expired; go back and try again")
  package static let consoleNotFound = Sentence(zh: "没有找到", en: "Not found")
  package static let consoleEvents = Sentence(zh: "事件", en: "Events")
  package static let consoleEvent = Sentence(zh: "事件上报", en: "Event report")
  package static let consoleNoEvents = Sentence(zh: "还没有收到事件。", en: "No events received yet.")
  package static let consoleDevices = Sentence(zh: "终端", en: "Devices")
  package static let consoleDevice = Sentence(zh: "终端", en: "Device")
  package static let consoleWorker = Sentence(zh: "网格员", en: "Worker")
  package static let consoleGrid = Sentence(zh: "网格", en: "Grid")
  package static let consolePhoto = Sentence(zh: "照片", en: "Photo")
  package static let consolePhotoOnItsWay = Sentence(zh: "照片上传中", en: "photo on its way")
  package static let consoleReceived = Sentence(zh: "收到时间", en: "Received")
  package static let consolePosition = Sentence(zh: "位置", en: "Position")
  package static let consoleOutside = Sentence(zh: "位置不在网格内", en: "position outside the grid")
  package static let consoleSeen = Sentence(zh: "最近联系", en: "Last seen")
  package static let consoleSynced = Sentence(zh: "最近同步", en: "Last sync")
  package static let consoleState = Sentence(zh: "状态", en: "State")
  package static let consoleActive = Sentence(zh: "正常", en: "active")
  package static let consoleRevoked = Sentence(zh: "已停用", en: "revoked")
}
