// The words of the centre's console.

extension Sentence {
  public static let consoleTitle = Sentence(zh: "网格指挥中心", en: "Grid command centre")
  public static let consoleSignIn = Sentence(zh: "登录", en: "Sign in")
  public static let consoleSignOut = Sentence(zh: "退出", en: "Sign out")
  public static let consoleName = Sentence(zh: "账号", en: "Account")
  public static let consolePassword = Sentence(zh: "密码", en: "Password")
  public static let consoleSignInFailed = Sentence(
    zh: "账号或密码不对，请重新输入。", en: "The account or password is wrong. Please try again.")
  public static let consoleSignInTooOften = Sentence(
    zh: "尝试次数过多，请一分钟后再试。", en: "Too many attempts. Please try again in a minute.")
  public static let consoleFormExpired = Sentence(
    zh: "页面已过期，请返回后重试", en: "The page has expired; go back and try again")
  public static let consoleNotFound = Sentence(zh: "没有找到", en: "Not found")
  public static let consoleEvents = Sentence(zh: "事件", en: "Events")
  public static let consoleEvent = Sentence(zh: "事件上报", en: "Event report")
  public static let consoleNoEvents = Sentence(zh: "还没有收到事件。", en: "No events received yet.")
  public static let consoleDevices = Sentence(zh: "终端", en: "Devices")
  public static let consoleDevice = Sentence(zh: "终端", en: "Device")
  public static let consoleWorker = Sentence(zh: "网格员", en: "Worker")
  public static let consoleGrid = Sentence(zh: "网格", en: "Grid")
  public static let consolePhoto = Sentence(zh: "照片", en: "Photo")
  public static let consolePhotoOnItsWay = Sentence(zh: "照片上传中", en: "photo on its way")
  public static let consoleReceived = Sentence(zh: "收到时间", en: "Received")
  public static let consolePosition = Sentence(zh: "位置", en: "Position")
  public static let consoleOutside = Sentence(zh: "位置不在网格内", en: "position outside the grid")
  public static let consoleSeen = Sentence(zh: "最近联系", en: "Last seen")
  public static let consoleSynced = Sentence(zh: "最近同步", en: "Last sync")
  public static let consoleState = Sentence(zh: "状态", en: "State")
  public static let consoleActive = Sentence(zh: "正常", en: "active")
  public static let consoleRevoked = Sentence(zh: "已停用", en: "revoked")
}
