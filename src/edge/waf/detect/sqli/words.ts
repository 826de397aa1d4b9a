import { Kind } from './token-kind.ts';

/**
 * The words of the SQL dialects that are attacked (MySQL, PostgreSQL, SQL Server, Oracle, SQLite, DB2, Firebird, Access), from
 * their manuals' lists of keywords and functions. Words missing here are names; a name that is called is judged as a call.
 */
export const WORDS: readonly (readonly [Kind, string])[] = [
  [Kind.Select, 'select'],
  [Kind.Union, 'union intersect except minus'],
  [Kind.Quantifier, 'all distinct distinctrow'],
  [Kind.From, 'from'],
  [Kind.Where, 'where'],
  [Kind.As, 'as'],
  [Kind.Into, 'into'],
  [Kind.Outfile, 'outfile dumpfile'],
  [Kind.Sort, 'order group'],
  [Kind.By, 'by'],
  [Kind.Having, 'having'],
  [Kind.Limit, 'limit offset'],
  [Kind.Procedure, 'procedure'],
  [Kind.Analyse, 'analyse'],
  [Kind.Collate, 'collate'],
  [Kind.Case, 'case'],
  [Kind.When, 'when then else'],
  [Kind.EndCase, 'end'],
  [Kind.Prefix, 'exists any some top first interval sql_no_cache high_priority'],
  [Kind.Join, 'join on using natural'],
  [Kind.Keyword, 'precision before varying for with escape asc desc fetch rows only key'],
  [Kind.Logic, 'and or xor'],
  [Kind.Not, 'not'],
  [Kind.In, 'in'],
  [Kind.Compare, 'like ilike rlike regexp glob similar between is eqv isnull notnull sounds'],
  [Kind.Arithmetic, 'div mod'],
  [
    Kind.Constant,
    'null true false current_user session_user system_user current_date current_time current_timestamp localtime localtimestamp sysdate rownum',
  ],
  [Kind.Number, 'binary_double_infinity binary_double_nan binary_float_infinity binary_float_nan'],
  [
    Kind.Type,
    `binary boolean bool int integer bigint smallint tinyint mediumint signed unsigned float double real decimal numeric money varchar varchar2
    nvarchar nchar character text clob blob date datetime timestamp time xml json uuid bytea sysname uniqueidentifier
    _latin1 _utf8 _utf8mb4 _binary _ascii _ucs2 _cp1252`,
  ],
  [Kind.Insert, 'insert replace'],
  [Kind.Update, 'update'],
  [Kind.Delete, 'delete'],
  [Kind.Define, 'drop create alter truncate rename'],
  [Kind.Execute, 'exec execute call'],
  [Kind.Declare, 'declare'],
  [Kind.Set, 'set'],
  [Kind.Waitfor, 'waitfor'],
  [Kind.If, 'if while'],
  [Kind.Shutdown, 'shutdown reconfigure'],
  [
    Kind.Statement,
    'grant revoke load handler copy dbcc kill merge backup restore bulk begin attach raiserror deallocate prepare vacuum lock',
  ],
  [Kind.Values, 'values'],
  [Kind.ObjectWord, 'table database schema view trigger function index user login role column data'],
  [Kind.Delay, 'delay'],
  [
    Kind.ProbeFunction,
    `sleep benchmark pg_sleep pg_sleep_for pg_read_file pg_ls_dir load_file extractvalue updatexml name_const get_lock
    dbms_pipe.receive_message dbms_lock.sleep user_lock.sleep dbms_session.sleep dbms_xmlgen.getxml dbms_utility.sqlid_to_sqlhash dbms_java.runjava dbms_ldap.init
    utl_inaddr.get_host_address utl_inaddr.get_host_name utl_http.request httpuritype sys.dbms_pipe.receive_message
    ctxsys.drithsx.sn ordsys.ord_dicom.getmappingxpath xmltype make_set elt gtid_subset gtid_subtract json_keys
    randomblob load_extension lo_import lo_export dblink_connect query_to_xml database_to_xml generate_series
    regexp_substring rdb$get_context xp_cmdshell fn_xe_file_target_read_file fn_trace_gettable
    geometrycollection polygon multipoint multilinestring linestring multipolygon
    waitfor_delay current_setting has_dbaccess is_srvrolemember is_member serverproperty openrowset opendatasource openquery procedure_analyse`,
  ],
  [
    Kind.Function,
    `abs acos ascii asc asin atan atan2 avg bin bit_and bit_count bit_length bit_or bit_xor cast ceil ceiling char char_length
    character_length charindex chr coalesce col_length col_name compress concat concat_ws connection_id conv convert convert_tz cos cot
    count crc32 crypt_key cume_dist curdate curtime database datalength date_add date_format date_sub dateadd datediff datename datepart
    dayname dayofmonth db_id db_name decode dense_rank des_decrypt des_encrypt difference ella encode encrypt exp export_set extract
    field file_name find_in_set floor format found_rows from_base64 from_days from_unixtime fuzzbits getdate greatest group_concat
    hashbytes hex host_id host_name ifnull iif inet_aton inet_ntoa initcap insert instr isdate isnumeric json_array json_extract json_object
    last_insert_id lcase least left len length listagg ln locate log log10 log2 lower lpad ltrim make_date max md5 mid min month
    monthname now nth_value ntile nullif nvl nvl2 object_id object_name oct octet_length ord parsename password patindex percent_rank
    pi position pow power quarter quote quotename radians rand random rank regexp_instr regexp_like regexp_replace regexp_substr
    repeat replicate reverse right round row row_count row_number rpad rtrim schema_name sha sha1 sha2 sign sin soundex space sqrt
    std stddev str str_to_date strcmp string_agg stuff substr substring substring_index subdate subtime sum suser_name suser_sname
    sys_connect_by_path sys_context sys_eval sys_exec sysdatetime tan time_format time_to_sec to_base64 to_char to_date to_days to_hex
    to_number to_timestamp translate trim trunc typeof ucase uncompress unhex unicode unix_timestamp upper user_id user_name
    utc_date utc_time utc_timestamp uuid_short variance version weekday week_of_year xmlagg xmlelement xmlforest year yearweek
    current_database current_schema current_catalog inet_server_addr zeroblob sqlite_version total_changes changes quote_literal quote_ident array_to_string`,
  ],
];
