"""What each problem says to the user, in English and Chinese: what happened, then what to do."""

from __future__ import annotations

from typing import Literal

from rag_core.errors import Problem

Language = Literal["en", "zh"]

SENTENCES: dict[str, tuple[str, str]] = {
    "file_empty": ("The file is empty (0 bytes). Upload it again from a complete copy.", "文件为空（0 字节）。请用完整的文件重新上传。"),
    "file_damaged": ("The file is damaged or cut off and can't be opened. Upload a complete copy.", "文件已损坏或不完整，无法打开。请上传完整的文件。"),
    "file_type": ("This is no document, picture or text that can be read here ({detail}). Convert it to PDF and upload that.", "这不是可以读取的文档、图片或文本（{detail}）。请转换为 PDF 后重新上传。"),
    "file_binary": ("The file holds no readable text. Upload it in a format of its own, such as PDF.", "文件中没有可读的文本。请以 PDF 等格式上传。"),
    "file_no_text": ("The file holds no words. Upload one that does.", "文件中没有文字。请上传含有文字的文件。"),
    "file_unpacks": ("The file unpacks to more than is safe ({detail}). Save it as PDF and upload that.", "文件解压后的内容超出安全限度（{detail}）。请另存为 PDF 后上传。"),
    "file_protected": ("The file is protected with a password. Save a copy without one, or as PDF, and upload that.", "文件受密码保护。请另存为无密码的副本或 PDF 后上传。"),
    "office_missing": ("Reading this file needs LibreOffice, which is not installed ({detail}): install it and retry, or upload a PDF.", "读取此文件需要 LibreOffice，但尚未安装（{detail}）：请安装后重试，或上传 PDF。"),
    "convert_failed": ("The file can't be turned into pages; it may be damaged. Save it as PDF and upload that.", "文件无法转换为页面，可能已损坏。请另存为 PDF 后上传。"),
    "convert_time": ("Turning the file into pages took longer than {detail} s. Save it as PDF and upload that.", "将文件转换为页面超过 {detail} 秒。请另存为 PDF 后上传。"),
    "convert_memory": ("Turning the file into pages needed more than {detail} MB of memory. Save it as PDF and upload that.", "将文件转换为页面所需内存超过 {detail} MB。请另存为 PDF 后上传。"),
    "file_too_large": ("The file is larger than the limit of {detail} MB. Split it, or raise the limit in the settings.", "文件超过 {detail} MB 的上限。请拆分文件，或在设置中提高上限。"),
    "file_no_pages": ("The file has no pages. Upload a copy that opens in a PDF reader.", "文件没有任何页面。请上传能在 PDF 阅读器中打开的文件。"),
    "file_missing": ("The stored file is gone. Upload it again.", "存储的文件已不存在。请重新上传。"),
    "file_too_many_pages": ("The file has more pages than the limit of {detail}. Split it and upload the parts.", "文件页数超过 {detail} 页的上限。请拆分后上传。"),
    "password_needed": ("The file is encrypted. Enter its password to read it.", "文件已加密。请输入密码以读取。"),
    "password_wrong": ("The password does not open this file. Try again.", "密码不正确，请重试。"),
    "encryption_unknown": ("The file is encrypted in a way that no password opens (a certificate, or an unknown method). Upload an unprotected copy.", "文件的加密方式无法用密码打开（证书加密或未知方式）。请上传未加密的文件。"),
    "page_time": ("The page took longer than {detail} s to read. Retry it, or upload a simpler copy.", "读取该页超过 {detail} 秒。请重试，或上传更简单的版本。"),
    "page_memory": ("The page needed more than {detail} MB of memory. Upload a copy with a lower resolution.", "读取该页所需内存超过 {detail} MB。请上传分辨率较低的版本。"),
    "page_failed": ("The page could not be read. Retry it, or upload another copy.", "该页无法读取。请重试，或上传其他版本。"),
    "page_damaged": ("What the page shows is damaged, and nothing on it could be read. Upload a better copy.", "该页内容已损坏，未能读出任何文字。请上传更完好的版本。"),
    "page_too_large": ("The page's image is too large to read ({detail}). Upload a copy with a lower resolution.", "该页图像过大，无法读取（{detail}）。请上传分辨率较低的版本。"),
    "pages_failed": ("Some pages could not be read: {detail}. The rest can be searched. Retry the pages, or upload another copy.", "部分页面无法读取：{detail}。其余页面可以检索。请重试这些页面，或上传其他版本。"),
    "no_text": ("No text was found on any page, by text layer or by recognition. Check that the pages are legible and upright.", "所有页面均未找到文字（文本层和文字识别都没有）。请检查页面是否清晰。"),
    "ocr_unavailable": ("This page is a picture, and the recognition model is not installed. Run: python -m rag_core.models fetch", "该页是图像，但文字识别模型尚未安装。请运行：python -m rag_core.models fetch"),
    "internal": ("Reading stopped because of an error in Wenju. Retry; if it happens again, please report it.", "由于 Wenju 内部错误，读取中断。请重试；若再次发生，请报告问题。"),
    "answer_failed": ("The answer broke off because of an error in Wenju. Ask again; if it happens again, please report it.", "由于文据内部错误，回答中断。请重新提问；若再次发生，请报告问题。"),
    "worker_stopped": ("The worker stopped in the middle. It goes on by itself when the worker runs again.", "处理进程中途停止。重新运行后会自动继续。"),
    "question_empty": ("The question is empty. Type what you want to know.", "问题为空。请输入您想了解的内容。"),
    "question_too_long": ("The question is longer than {detail} characters. Shorten it; put long material into a document and upload it.", "问题超过 {detail} 个字符。请缩短问题；较长的材料请作为文档上传。"),
    "prompt_too_long": ("The question and its sources need more room than the chat model has ({detail} tokens). Shorten the question, or use a model with a longer context.", "问题及其资料超出了对话模型的容量（{detail} 个词元）。请缩短问题，或使用上下文更长的模型。"),
    "no_documents": ("There is nothing to search yet. Upload a document first.", "还没有可检索的内容。请先上传文档。"),
    "documents_reading": ("Your documents are still being read. Ask again when the first one is ready.", "文档仍在读取中。请在第一份就绪后再提问。"),
    "no_library": ("No library is chosen. Choose at least one.", "尚未选择文档库。请至少选择一个。"),
    "library_name_taken": ("A library named {detail} already exists. Choose another name.", "名为“{detail}”的文档库已存在。请换一个名称。"),
    "library_name_empty": ("The library needs a name.", "请为文档库命名。"),
    "library_missing": ("The library {detail} does not exist (any more).", "文档库“{detail}”不存在（或已删除）。"),
    "document_missing": ("The document does not exist (any more).", "文档不存在（或已删除）。"),
    "line_reading": ("The document is being read at the moment. Correct the line when it is ready; what you typed is still here.", "文档正在读取中。请在就绪后再更正；您输入的内容仍在此处。"),
    "line_changed": ("The page has changed since it was shown, and this line no longer says that. Look at it again.", "页面显示后内容已有变化，该行已不再是原来的文字。请重新查看。"),
    "line_empty": ("This line is all there is of its passage, so it can't be left empty.", "该行是其所在段落的全部内容，不能留空。"),
    "line_too_long": ("A line may have {detail} characters at most.", "一行最多 {detail} 个字符。"),
    "line_busy": ("Others are changing this document at the same moment. Save the line again.", "此刻有其他修改正在进行。请再次保存该行。"),
    "conversation_missing": ("The conversation does not exist (any more).", "对话不存在（或已删除）。"),
    "turn_missing": ("The earlier answer does not exist any more.", "先前的回答已不存在。"),
    "model_unavailable": ("The model {detail} is not here, and no source for it answers. Run: python -m rag_core.models fetch", "模型 {detail} 尚未下载，且所有来源均无响应。请运行：python -m rag_core.models fetch"),
    "model_damaged": ("The files of the model {detail} are damaged. Run: python -m rag_core.models fetch", "模型 {detail} 的文件已损坏。请运行：python -m rag_core.models fetch"),
    "model_unknown": ("There is no model named {detail}. Run: python -m rag_core.models list", "没有名为 {detail} 的模型。请运行：python -m rag_core.models list"),
    "chat_server": ("The chat server does not answer as expected ({detail}). Check its address, key and model name.", "对话模型服务器响应异常（{detail}）。请检查地址、密钥和模型名称。"),
    "setting_invalid": ("The setting {detail} has a value that can't be used. See the settings table in the README.", "设置 {detail} 的值无效。请参阅 README 中的设置表。"),
    "data_newer": ("The data folder was written by a newer version of Wenju. Upgrade, or use another folder.", "数据文件夹由更新版本的 Wenju 写入。请升级，或使用其他文件夹。"),
    "database_busy": ("The database is busy with another process. Wait a moment and try again.", "数据库正被其他进程占用。请稍候再试。"),
    "database_unreachable": ("The database does not answer. Check that it runs and that its address is right.", "数据库无响应。请检查其是否运行以及地址是否正确。"),
    "data_read_only": ("The data folder can't be written to. Check its permissions.", "数据文件夹无法写入。请检查其权限。"),
    "data_damaged": ("The database file is damaged. Restore it from a backup, or use another data folder.", "数据库文件已损坏。请从备份恢复，或使用其他数据文件夹。"),
    "index_check": ("The new index failed its check ({detail}) and was not put to use; search goes on with the old one. Rebuild it again.", "新索引未通过检查（{detail}），未被启用；检索仍使用旧索引。请重新构建。"),
    "index_parameter": ("An index has no such kind, parameter or value: {detail}. Choose another.", "索引没有这样的类型、参数或取值：{detail}。请另选。"),
    "generation_missing": ("That index is gone. Choose another, or rebuild.", "该索引已不存在。请另选一个，或重新构建。"),
    "generation_damaged": ("The files of that index are gone or damaged, so it can't be put to use again. Rebuild instead.", "该索引的文件已丢失或损坏，无法重新启用。请重新构建。"),
    "golden_empty": ("The question is empty. Type what is asked.", "问题为空。请输入问题。"),
    "golden_long": ("A question may have 2,000 characters, its answer and the quoted words 5,000: this has more than {detail}. Shorten it.", "问题最多 2000 个字符，答案和引文最多 5000 个字符：此处超过 {detail} 个。请缩短。"),
    "golden_nowhere": ("A page or quoted words need the document they stand in. Name the document, or leave them out.", "填写页码或引文时需要注明所在文档。请填写文档名，或留空页码和引文。"),
    "golden_twice": ("The library has this golden question already. Change that one instead.", "该文档库中已有此标准问题。请修改原有的那一条。"),
    "golden_missing": ("The golden question does not exist (any more).", "标准问题不存在（或已删除）。"),
    "disk_full": ("The disk is full. Free some space and try again.", "磁盘空间不足。请清理后重试。"),
}


def sentence(problem: Problem, language: Language) -> str:
    """The problem's sentence in the language."""
    english, chinese = SENTENCES[problem.code]
    return (chinese if language == "zh" else english).format(detail=problem.detail)
