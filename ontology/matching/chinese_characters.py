"""Normalisation of Chinese characters: width, simplified forms."""

from __future__ import annotations

import re

import polars as pl

# For character classes of both Python and Rust, which have no common name for the script.
HAN = "㐀-䶿一-鿿豈-﫿"
# Chinese punctuation and wide letters: an address in running text ends there too.
WIDE = "　-〿！-￯"

_TRADITIONAL = (
    "專業個義習雲產産倉務優會傳體創劃別製辦動勞區醫協單衛壓發號員問團圖場塊牆處備複復學實審寫導對師廣應開強歸迴"
    "錄徵態戲戰執護報擬據斷時術機權構標檔檢氣匯滲測濟溝災熱獨環現電畫療監碼離積競築籌類約納紙線組細經結統絡維"
    "編網績續聯腦臉藥營虛蟲規視覺觀計記訓議訊講論設證評識診譯試話詢詳語調談譜認責財質購資賬軟輔輯達遷過運進適"
    "遺邏採鏈銷門間聞隊陣險難韓頁項預領頻題風驅驗無農決內幾蘭關儲獎繪幣與薦蘋戶係數庫韌尋擴"
)
_SIMPLIFIED = (
    "专业个义习云产产仓务优会传体创划别制办动劳区医协单卫压发号员问团图场块墙处备复复学实审写导对师广应开强归回"
    "录征态戏战执护报拟据断时术机权构标档检气汇渗测济沟灾热独环现电画疗监码离积竞筑筹类约纳纸线组细经结统络维"
    "编网绩续联脑脸药营虚虫规视觉观计记训议讯讲论设证评识诊译试话询详语调谈谱认责财质购资账软辅辑达迁过运进适"
    "遗逻采链销门间闻队阵险难韩页项预领频题风驱验无农决内几兰关储奖绘币与荐苹户系数库韧寻扩"
)
_PLAIN = {
    chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code).isalnum() or chr(code) in "＋＃．"
}
_FOLDS = _PLAIN | dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True))
_UNEVEN = re.compile(f"[{''.join(_FOLDS)}]")


def even(text: str) -> str:
    """The text with wide letters narrow and common traditional characters simplified, as long as before.

    >>> even("精通ＪＡＶＡ與資料庫")
    '精通JAVA与资料库'
    """
    return text if text.isascii() else _UNEVEN.sub(lambda found: _FOLDS[found[0]], text)


def simplified(text: pl.Expr) -> pl.Expr:
    """The texts with common traditional characters simplified."""
    return text.str.replace_many(list(_TRADITIONAL), list(_SIMPLIFIED))
