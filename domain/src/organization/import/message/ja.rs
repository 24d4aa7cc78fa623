//! Japanese.

use crate::organization::import::DefectCode;

pub(super) fn texts(code: DefectCode) -> (&'static str, &'static str) {
    use DefectCode as D;
    match code {
        D::EmptyTable => {
            ("見出しの下に行がありません。", "ファイルとシートの選択を確かめてください。")
        }
        D::UnknownSheet => {
            ("シート「{value}」はありません。", "次のいずれかを指定してください: {sheets}")
        }
        D::MissingHeader => (
            "社員番号の列が見つかりません。",
            "number=見出し の形で列を指定してください。見出しは次のとおりです: {headers}",
        ),
        D::DuplicateKeyHeader => (
            "「{first}」と「{column}」（{column_number}列目）がどちらも社員番号と読めます。",
            "一方の見出しを変えるか、number={first} のように指定してください。上司の番号なら見出しを「上司社員番号」にしてください。",
        ),
        D::UnknownMapping => (
            "{field} に指定された見出し「{value}」はありません。",
            "次の見出しから指定してください: {headers}",
        ),
        D::UnterminatedQuote => (
            "{row}行目で始まる引用符「\"」が閉じていないため、以降の行を区切れません。",
            "引用符を閉じるか、値の中の引用符を「\"\"」と書いて出力し直してください。",
        ),
        D::UnknownHeader => (
            "「{value}」は取り込みの項目にないため、列を無視します。",
            "必要な列なら position={value} のように項目を指定してください。",
        ),
        D::MisspelledHeader => (
            "「{value}」は項目にありません（「{alias}」に似ています）。列を無視します。",
            "見出しを「{alias}」にするか、{field}={value} と指定してください。",
        ),
        D::DuplicateHeader => (
            "「{column}」（{column_number}列目）と「{first}」が同じ項目（{field}）です。先の列だけを使います。",
            "一方の見出しを変えるか、{field}=見出し で指定してください。",
        ),
        D::UnnamedColumn => (
            "{column}列に値がありますが、見出しがないため無視します。",
            "見出しを付けるか、列を削除してください。",
        ),
        D::OtherSheet => (
            "このシートは読みません（「{read}」を読みました）。",
            "こちらを読むには、シート名を指定してください。",
        ),
        D::GhostRows => (
            "値のない行が{count}行あり、読み飛ばします（最初は{row}行目）。",
            "対応は不要です。削除するとファイルが小さくなります。",
        ),
        D::RowTooLong => (
            "見出しが{headers}個なのにセルが{cells}個あり、値が別の列にずれている恐れがあります。",
            "カンマやタブを含む値を引用符で囲んでください。",
        ),
        D::RowTooShort => (
            "見出しが{headers}個なのにセルが{cells}個しかありません。足りないセルは空欄として扱います。",
            "行の途中のセルが抜けていないか確かめてください。",
        ),
        D::UndecodableBytes => (
            "「{value}」に、このファイルの文字コードでは読めない文字があります。",
            "UTF-8で出力し直し、このセルを確かめてください。",
        ),
        D::UndecodableManager => (
            "上司「{value}」に、このファイルの文字コードでは読めない文字があります。",
            "UTF-8で出力し直し、このセルを確かめてください。それまで登録済みの上司のままにします。",
        ),
        D::ReplacementCharacter => (
            "「{value}」は、ここに来る前に文字が失われています。",
            "元のシステムで値を直し、UTF-8で出力してください。",
        ),
        D::SpreadsheetError => {
            ("セルが表計算のエラー {value} です。", "数式を直すか、値を直接入力してください。")
        }
        D::SpreadsheetErrorManager => (
            "上司のセルが表計算のエラー {value} です。",
            "数式を直すか、値を直接入力してください。それまで登録済みの上司のままにします。",
        ),
        D::FormulaUncalculated => (
            "セルの数式の計算結果がファイルにありません。",
            "表計算ソフトで開いて保存し直すか、値として貼り付けてください。",
        ),
        D::FormulaUncalculatedManager => (
            "上司のセルの数式の計算結果がファイルにありません。",
            "表計算ソフトで開いて保存し直すか、値として貼り付けてください。それまで登録済みの上司のままにします。",
        ),
        D::ValueTooLong => (
            "{column}が{limit}文字を超えています。",
            "セルや行がつながっていないか確かめ、短くしてください。",
        ),
        D::DepartmentTooDeep => (
            "{column}の部署の階層が{limit}段を超えています。",
            "部署の区切り文字を確かめ、短くしてください。",
        ),
        D::MissingNumber => (
            "社員番号がありません。",
            "番号を入力してください。合計や備考の行なら削除してください。",
        ),
        D::DuplicateNumber => (
            "{rows}行目が同じ社員番号「{value}」で、内容が異なります。",
            "1人1行にしてください。兼務なら「主務兼務区分」の列を加えてください。",
        ),
        D::RepeatedRow => ("{first}行目と同じ内容のため無視します。", "この行を削除してください。"),
        D::NearDuplicateNumber => (
            "新しい番号「{value}」は、{other} と大文字小文字・全角半角・ハイフン・先頭のゼロしか違いません。",
            "同じ人なら登録済みの番号のとおりに書いてください。先頭のゼロが消えないよう、番号の列を文字列にしてください。",
        ),
        D::MissingName => (
            "{number} は新しい社員番号ですが、氏名がありません。",
            "姓または氏名を入力してください。",
        ),
        D::NameMismatch => (
            "{number} は {recorded} として登録されていますが、ファイルでは {value} です。",
            "番号を別の人に付け直したなら新しい番号にしてください。改名なら対応は不要です。",
        ),
        D::EmailTaken => (
            "「{value}」は {other} のメールアドレスです。",
            "{number} が同じ人の新しい番号なら、登録済みの番号のままにしてください。別の人ならどちらかのアドレスを直してください。",
        ),
        D::EmailOfFormer => (
            "「{value}」は退職した {other} のメールアドレスでした。",
            "同じ人の再入社なら、登録済みの番号を使うと履歴がつながります。",
        ),
        D::InvalidEmail => (
            "「{value}」はメールアドレスではないため無視します。",
            "name@example.com の形で入力してください。",
        ),
        D::UnknownValue => (
            "{column}の「{value}」は解釈できないため無視します。",
            "次のように入力してください: {expected}",
        ),
        D::CannotClear => {
            ("{column}は空にできないため、#CLEAR を無視します。", "新しい値を入力してください。")
        }
        D::UnknownManager => (
            "{name} の上司「{value}」に当たる人がいません。登録済みの上司のままにします。",
            "{close}上司の社員番号かメールアドレスを入力してください。",
        ),
        D::AmbiguousManager => (
            "{name} の上司「{value}」に当たる人が複数います: {several}。登録済みの上司のままにします。",
            "上司の社員番号かメールアドレスを入力してください。",
        ),
        D::SelfManager => (
            "{name} の上司が本人になっています。登録済みの上司のままにします。",
            "上司がいない人は空欄に、登録済みの上司を外すなら #CLEAR にしてください。",
        ),
        D::ManagerCycle => (
            "上司が循環しています: {cycle}。この上司は登録済みのままにします。",
            "このうちの誰かの上司を直してください。",
        ),
        D::ManagerLeft => (
            "{name} の上司 {other} は退職しています（{date}）。登録済みの上司のままにします。",
            "後任を入力してください。",
        ),
        D::ManagerNotJoined => (
            "{name} の上司 {other} の入社は {date} です。登録済みの上司のままにします。",
            "それまでの上司を入力するか、その日を発効日として取り込んでください。",
        ),
        D::ManagerLeftOut => (
            "{name} の上司「{value}」は新しい人ですが、その行がエラーで除かれています。",
            "先にその行を直してください。",
        ),
        D::ManagerMismatch => (
            "「{first}」は {other} ですが、{column}は「{value}」です。登録済みの上司のままにします。",
            "番号か氏名を直してください。",
        ),
        D::ManagerNearNumber => (
            "上司の番号「{value}」を {other} とみなします。",
            "登録済みの番号のとおりに書いてください。先頭のゼロが消えないよう、番号の列を文字列にしてください。",
        ),
        D::RedundantLine => (
            "{other} への兼務上司の指定が、ほかの指定と重なっているため無視します。",
            "このセルからその人を外してください。",
        ),
        D::ExistingCycle => (
            "登録済みの上司がすでに循環しています: {cycle}。",
            "このうちの誰かの上司をファイルで直してください。",
        ),
        D::SeveralRoots => (
            "{date} 時点で上司のいない人が{count}名います: {names}。",
            "最上位の1名以外は上司を入力してください。",
        ),
        D::ManagerLeaves => (
            "{other} が退職しますが、{name} の後任の上司がありません。",
            "後任の上司をファイルに入力してください。",
        ),
        D::AmbiguousDepartment => (
            "「{value}」という部署が複数あります: {several}。",
            "最上位からの部署のパスか、部署コードを入力してください。",
        ),
        D::DepartmentCycle => (
            "部署の親子が循環しています: {cycle}。登録済みの親のままとし、新しい部署は最上位に置きます。",
            "親部署コードのいずれかを直してください。",
        ),
        D::UnknownParentDepartment => (
            "{code} の親部署コード「{value}」に当たる部署がありません。",
            "コードを直すか、親部署の行を加えてください。",
        ),
        D::DepartmentConflict => (
            "部署 {value} について行ごとに内容が異なります: {what}。",
            "すべての行で同じにしてください。",
        ),
        D::UnnamedDepartment => (
            "新しい部署 {value} に名前がないため、コードを名前にします。",
            "部署名の列を加えてください。",
        ),
        D::NewDepartment => (
            "部署「{value}」は未登録のため、新しく作ります。",
            "登録済みの部署のことなら、表記をそろえてください。",
        ),
        D::TwoPrimaryPosts => (
            "{value} の主務が複数あります（{rows}行目）。",
            "「主務兼務区分」の列で1つ以外を兼務にするか、「兼務」の列にまとめてください。",
        ),
        D::RepeatedPost => (
            "{value} は同じ人のほかの所属と重なっているため無視します。",
            "この所属を外してください。",
        ),
        D::InvalidDate => (
            "{column}の「{value}」は日付として読めません（{reason}）。",
            "2015-04-01 の形で入力してください。",
        ),
        D::AmbiguousDates => (
            "{column}の「{value}」など{count}件は日と月を区別できません。{read} とみなし、この値は {date} とします。",
            "2015-04-01 の形で入力してください。",
        ),
        D::FutureDate => ("{column}の {value} は1年以上先の日付です。", "年を確かめてください。"),
        D::AncientDate => ("{column}の {value} は古すぎる日付です。", "年を確かめてください。"),
        D::LeftBeforeJoined => {
            ("退職日 {value} が入社日 {other} より前です。", "どちらかの日付を直してください。")
        }
        D::LeaveBeforeJoined => {
            ("休職開始日 {value} が入社日 {other} より前です。", "どちらかの日付を直してください。")
        }
        D::LeaveEndsBeforeStart => (
            "休職終了日 {value} が休職開始日 {other} より前です。",
            "どちらかの日付を直してください。",
        ),
        D::LeaveWithoutStart => (
            "休職終了日 {value} に対応する休職がないため無視します。",
            "休職開始日も入力してください。",
        ),
        D::PastLeave => ("{value} からの休職は、発効日までに終わっています。", "対応は不要です。"),
        D::OverlappingEmployment => (
            "入社日 {value} が、以前の在籍の終わり（{other}）より前です。",
            "現在の在籍が始まった日を入力してください。",
        ),
        D::JoinedAssumed => (
            "新しい人{count}名の入社日がないため、{date} とします。",
            "必要なら入社日を入力してください。",
        ),
        D::RejoinAssumed => (
            "{ended} に退職した人が再び載っているため、{date} に再入社とします。",
            "再入社の日を入力してください。戻っていないなら退職日を入力してください。",
        ),
        D::ListedAfterLeaving => (
            "{ended} に退職した人が再び載っていますが、退職のままにします。",
            "再入社ならその入社日を、退職していなければ退職日に #CLEAR を入力してください。",
        ),
        D::LeaversHeld => (
            "{row}行目が誰の行か分からないため、退職の判定をしません（対象は{count}名でした: {names}）。",
            "その行を直して、取り込み直してください。",
        ),
    }
}
