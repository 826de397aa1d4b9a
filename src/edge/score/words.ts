/**
 * Words by what they do, for the tokenizer: an attack that this table has never seen is still a known sequence of kinds
 * (quote, logic word, number, equals, number). Lower case; lists are the house's own, from the languages' manuals.
 */
export const WORD_CLASSES = {
  sqlStatement: `select union insert update delete drop alter create truncate replace merge grant revoke declare exec execute
    begin commit rollback explain describe handler shutdown attach detach pragma backup restore call`,
  sqlClause: `from where having group order by limit offset into values table database schema column index view trigger
    procedure function join inner outer left right cross natural using on all distinct as set desc asc top fetch first rows
    case when then else end elseif waitfor delay outfile dumpfile infile varchar nvarchar varchar2 integer bigint numeric
    decimal binary collate escape print returns language while cursor open close`,
  sqlLogic: `and or xor not like rlike ilike regexp between is null in exists div mod sounds true false any some escape`,
  sqlFunction: `sleep benchmark pg_sleep char chr concat concat_ws group_concat ascii substring substr mid ord hex unhex
    length char_length len version current_user system_user session_user extractvalue updatexml randomblob sysdate now
    count floor rand random row elt make_set ifnull isnull nullif coalesce md5 sha1 sha2 cast convert load_file
    dbms_pipe receive_message dbms_lock dbms_utility utl_inaddr utl_http utl_http_request get_host_address get_host_name
    ctxsys drithsx sn xmltype xmlelement analyse analyze generate_series bin_to_num pi abs sqrt pow power exp log ln sign
    lower upper ltrim rtrim trim lpad rpad reverse instr locate position left right strcmp greatest least
    db_name host_name user_name suser_name object_id col_name fn_xe_file_target_read_file openrowset opendatasource
    openquery xp_cmdshell xp_dirtree xp_regread sp_executesql sp_password sp_oacreate sp_makewebtask jsonb_agg
    string_agg array_to_string query_to_xml database_to_xml lo_import lo_export pg_read_file pg_ls_dir sqlite_version
    load_extension json_extract json_keys geometrycollection polygon multipoint linestring st_latfromgeohash gtid_subset
    name_const procedure_analyse uuid_short last_insert_id found_rows iif`,
  sqlSchema: `information_schema sysobjects syscolumns sysusers sysdatabases sysibm systables sysdummy1 all_users
    all_tables user_tables user_tab_columns pg_catalog pg_user pg_shadow pg_tables pg_class mysql sqlite_master
    sqlite_schema sqlite_temp_master rdb msysaccessobjects msysobjects dual table_name table_schema column_name
    schema_name tables columns schemata character_sets plugins processlist domain domains passwd password pass
    username users members accounts master tempdb sys v_version datadir hostname basedir`,
  htmlTag: `script img image svg iframe frame frameset body html head meta link style object embed applet form input
    button textarea select option video audio source track marquee math details summary base isindex table td th tr div
    span p a b i u br hr h1 h2 h3 ul ol li pre code blink layer ilayer bgsound xml xss animate animatetransform
    animatemotion set foreignobject use handler listener keygen template noscript plaintext title textarea dialog
    picture portal canvas map area label fieldset center font sup sub strong em img2 x`,
  htmlAttribute: `src href srcdoc formaction action style xlink background dynsrc lowsrc data poster srcset autofocus
    contenteditable draggable tabindex accesskey http equiv content refresh charset type rel id class name value width
    height attributename begin from to values fill repeatcount dur datafld datasrc dataformatas classid codebase
    code allowscriptaccess autoplay controls hidden popover`,
  eventHandler: `onload onerror onclick onmouseover onfocus onblur onchange onsubmit onkeydown onkeyup onkeypress
    ontoggle onbegin onend onrepeat onwheel onscroll ondrag ondrop onpaste oncopy oncut onresize onunload onpageshow
    onstart onfinish onanimationstart ontransitionend onpointerover onpointerenter`,
  scriptSink: `alert confirm prompt eval document cookie window location fromcharcode innerhtml outerhtml settimeout
    setinterval constructor prototype __proto__ javascript vbscript livescript expression self parent top frames
    atob btoa unescape decodeuricomponent import xmlhttprequest write writeln execscript msgbox msg_box navigate
    domain url moz binding behavior behaviour activexobject wscript string regexp throw onerror reflect`,
  shellCommand: `cat ls id whoami uname wget curl ping nc netcat ncat bash sh zsh ksh csh dash cmd powershell pwsh
    nslookup dig echo printf rm mv cp chmod chown ifconfig ipconfig netstat ps dir type net ver systeminfo tasklist
    regsvr32 rundll32 certutil bitsadmin mshta cscript wmic reg sc schtasks perl python python3 ruby php node lua gcc
    tftp ftp telnet ssh scp tar gzip gunzip base64 xxd od head tail more less grep egrep awk sed find xargs tee cut sort
    uniq touch mkdir kill killall su sudo passthru env printenv set export timeout test hostname pwd w who last route
    arp traceroute tracert nohup busybox socat mkfifo dd exe comspec`,
  serverCode: `phpinfo system shell_exec popen proc_open pcntl_exec base64_decode gzinflate str_rot13 assert
    call_user_func file_get_contents file_put_contents fopen fwrite readfile include require include_once require_once
    request_uri _get _post _request _server _cookie globals var_dump print_r die exit runtime getruntime processbuilder
    java javax lang ognl freemarker velocity newinstance getclass forname class classloader __class__ __mro__
    __subclasses__ __globals__ __builtins__ __import__ __init__ subprocess os popen2 child_process execsync spawn
    mainmodule process config self request application environment cycler joiner lipsum namespace jndi ldap rmi dns
    entity doctype element system cdata attlist xinclude xpointer ns xi virtual cmdline response print ne gt lt regex nin`,
  pathName: `etc passwd shadow hosts group issue motd boot ini win windows winnt system32 drivers proc self environ
    htaccess htpasswd httpd apache apache2 nginx log logs access_log error_log access error conf config cfg configuration
    inf web usr local lib bin sbin var tmp root home opt dev null fd cmdline version mounts status ssh id_rsa
    authorized_keys bash_history profile bashrc my cnf php sam repair inetpub wwwroot xampp wamp program files documents
    settings administrator users desktop desktop_ini git svn env ds_store backup bak old swp sql dump admin wp wp_config
    inetd crontab cron sysconfig network interfaces resolv fstab ftpd vsftpd proftpd pure sshd_config lastlog wtmp utmp
    messages secure mail maillog tomcat jboss weblogic server context`,
  scheme: `http https ftp ftps file gopher dict ldaps ldapi sftp tftp jar netdoc phar zip glob expect data filter input
    ogg rar compress zlib convert encode decode resource jdbc mailto callto ws wss`,
  hostName: `localhost localdomain internal metadata amazonaws google googleapis compute latest instance kubernetes
    docker svc cluster burpcollaborator oastify oast interact evil attacker hacker example xip nip sslip dnslog`,
} as const;

/** Ordinary words that begin like an event handler. */
export const NOT_HANDLERS = `on one once only ones onto online ongoing onion onions ontario oneself onwards onward onset
  onboard onboarding onsite oneof only_full onesie onerous ont onnx onedrive onenote onyx`;
