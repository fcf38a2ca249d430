/// A form with one of everything that a person answers, in two versions.
enum TenantForm {
  static let first = """
    survey
    ,type,name,label::中文 (zh),label::English (en),required,constraint,constraint_message::中文 (zh),constraint_message::English (en),default,save_to
    ,text,name,姓名,Name,yes,string-length(.) > 1,姓名至少两个字,At least two characters,,nm
    ,begin_group,home,住处,Dwelling,,,,,,
    ,integer,area,面积,Area,,. > 0,面积要大于零,The area must be above zero,80,area
    ,text,phone,电话,Phone,,,,,,phone
    ,end_group,,,,,,,,,
    ,select_one sex,sex,性别,Sex,,,,,,sex
    ,select_multiple pets,pets,宠物,Pets,,,,,,pets
    ,begin_repeat,child,子女,Child,,,,,,
    ,text,cname,子女姓名,Name of the child,yes,,,,,
    ,integer,age,年龄,Age,,,,,,
    ,end_repeat,,,,,,,,,
    ,geopoint,place,位置,Place,,,,,,
    choices
    ,list_name,name,label::中文 (zh),label::English (en),py
    ,pets,dog,狗,Dog,g
    ,pets,cat,猫,Cat,m
    ,pets,bird,小鸟,Bird,xn
    ,pets,goldfish,金鱼,Gold fish,jy
    ,sex,1,男,Male,n
    ,sex,2,女,Female,nv
    settings
    ,form_title,form_id,version,default_language,instance_name,element
    ,租户登记,tenant,1,中文 (zh),${name},person
    entities
    ,list_name,label
    ,tenant,${name}

    """

  /// The phone is gone, the age takes no number any more but a choice, the
  /// storey is new, and 男 is not offered.
  static let second =
    first
    .replacing(",text,phone,电话,Phone,,,,,,phone\n", with: ",integer,storey,楼层,Storey,,,,,,storey\n")
    .replacing(",integer,age,年龄,Age,,,,,,\n", with: ",date,age,出生日期,Born on,,,,,,\n")
    .replacing(",sex,1,男,Male,n\n", with: "")
    .replacing("tenant,1,", with: "tenant,2,")
}
