<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>fovea::ui</name>
    <message>
        <source>Reading</source>
        <translation>读取中</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>%1 could not be written.</source>
        <translation>无法写入 %1。</translation>
    </message>
    <message>
        <source>Check the folder and the space on the disk.</source>
        <translation>请检查文件夹和磁盘空间。</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Answer (%1)</source>
        <translation>回答（%1）</translation>
    </message>
    <message>
        <source>%1 is not a chat that Fovea exported.</source>
        <translation>%1 不是 Fovea 导出的对话。</translation>
    </message>
    <message>
        <source>Choose a JSON file from Export.</source>
        <translation>请选择导出得到的 JSON 文件。</translation>
    </message>
    <message>
        <source>The history could not be saved or read.</source>
        <translation>历史记录无法保存或读取。</translation>
    </message>
    <message>
        <source>Free some space on the disk.</source>
        <translation>请腾出一些磁盘空间。</translation>
    </message>
    <message>
        <source>Check that its folder can be written.</source>
        <translation>请检查其文件夹是否可写。</translation>
    </message>
    <message>
        <source>Client encode</source>
        <translation>客户端编码</translation>
    </message>
    <message>
        <source>Upload</source>
        <translation>上传</translation>
    </message>
    <message>
        <source>Request parse</source>
        <translation>解析请求</translation>
    </message>
    <message>
        <source>Image decode</source>
        <translation>图片解码</translation>
    </message>
    <message>
        <source>Preprocess</source>
        <translation>预处理</translation>
    </message>
    <message>
        <source>Tokenize</source>
        <translation>分词</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>排队</translation>
    </message>
    <message>
        <source>Vision</source>
        <translation>视觉</translation>
    </message>
    <message>
        <source>Prefill</source>
        <translation>预填充</translation>
    </message>
    <message>
        <source>First token</source>
        <translation>首词元</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>解码</translation>
    </message>
    <message>
        <source>Detokenize</source>
        <translation>还原文字</translation>
    </message>
    <message>
        <source>Answer parse</source>
        <translation>解析回答</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>From the picture&apos;s file to pixels.</source>
        <translation>从图片文件到像素。</translation>
    </message>
    <message>
        <source>Pixels resized to the model&apos;s grid and cut into patches.</source>
        <translation>像素缩放到模型的网格并切成图块。</translation>
    </message>
    <message>
        <source>The chat template filled in and cut into tokens.</source>
        <translation>填好对话模板并切成词元。</translation>
    </message>
    <message>
        <source>Waiting for the questions before this one.</source>
        <translation>等待前面的问题。</translation>
    </message>
    <message>
        <source>The vision tower over all patches; nothing for pictures that it has seen before.</source>
        <translation>视觉塔处理所有图块；看过的图片不再计算。</translation>
    </message>
    <message>
        <source>The decoder over the prompt&apos;s tokens: arithmetic decides.</source>
        <translation>解码器处理提示词元：取决于算力。</translation>
    </message>
    <message>
        <source>Choosing the first token.</source>
        <translation>选出首个词元。</translation>
    </message>
    <message>
        <source>One pass through the decoder for each further token: memory speed decides.</source>
        <translation>其后每个词元经过一次解码器：取决于内存速度。</translation>
    </message>
    <message>
        <source>Tokens turned into characters.</source>
        <translation>词元还原为文字。</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>The whole time less all stages.</source>
        <translation>总时间减去所有阶段。</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>Time to first token</source>
        <translation>首词元时间</translation>
    </message>
    <message>
        <source>Time per output token</source>
        <translation>每输出词元时间</translation>
    </message>
    <message>
        <source>Tokens in</source>
        <translation>输入词元</translation>
    </message>
    <message>
        <source>Tokens out</source>
        <translation>输出词元</translation>
    </message>
    <message>
        <source>%1 tok/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>第 %1 页，共 %2 页</translation>
    </message>
    <message>
        <source>Tags: %1</source>
        <translation>标签：%1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>%1 of %2 cores</source>
        <translation>%2 个核心的 %1</translation>
    </message>
    <message>
        <source>Processor&apos;s power</source>
        <translation>处理器功率</translation>
    </message>
    <message>
        <source>Processor&apos;s power: this system doesn&apos;t let programs read it.</source>
        <translation>处理器功率：本系统不允许程序读取。</translation>
    </message>
    <message>
        <source>Memory, this program</source>
        <translation>内存（本程序）</translation>
    </message>
    <message>
        <source>Memory, in all</source>
        <translation>内存（合计）</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Load of the graphics card: its driver doesn&apos;t tell.</source>
        <translation>显卡负载：驱动没有提供。</translation>
    </message>
    <message>
        <source>VRAM, this program</source>
        <translation>显存（本程序）</translation>
    </message>
    <message>
        <source>VRAM, other programs</source>
        <translation>显存（其他程序）</translation>
    </message>
    <message>
        <source>Whose VRAM it is: the driver doesn&apos;t tell, as in a container.</source>
        <translation>显存归属：驱动没有提供，例如在容器中。</translation>
    </message>
    <message>
        <source>VRAM, in all</source>
        <translation>显存（合计）</translation>
    </message>
    <message>
        <source>The memory of %1 is %2 full. Close other programs that use it, or load a smaller model.</source>
        <translation>%1 的显存已用 %2。请关闭占用显存的其他程序，或加载较小的模型。</translation>
    </message>
    <message>
        <source>VRAM: the driver doesn&apos;t tell.</source>
        <translation>显存：驱动没有提供。</translation>
    </message>
    <message>
        <source>Graphics card&apos;s power</source>
        <translation>显卡功率</translation>
    </message>
    <message>
        <source>Graphics card&apos;s power: its driver doesn&apos;t tell.</source>
        <translation>显卡功率：驱动没有提供。</translation>
    </message>
    <message>
        <source>Graphics card: no NVIDIA driver answers on this machine.</source>
        <translation>显卡：本机没有可用的 NVIDIA 驱动。</translation>
    </message>
    <message>
        <source>Tokens drafted</source>
        <translation>草拟词元</translation>
    </message>
    <message>
        <source>Drafts accepted</source>
        <translation>采纳的草拟词元</translation>
    </message>
    <message>
        <source>From the answer cache</source>
        <translation>来自回答缓存</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Kept from an earlier question: the model did not run.</source>
        <translation>取自之前的提问：模型没有运行。</translation>
    </message>
    <message>
        <source>%1 tokens drafted, %2 of them accepted (%3 %): each saved a step.</source>
        <translation>草拟 %1 个词元，采纳 %2 个（%3 %）：每个省去一步。</translation>
    </message>
    <message>
        <source>%1 megapixels</source>
        <translation>%1 百万像素</translation>
    </message>
    <message>
        <source>%1 image tokens, %2 in all</source>
        <translation>图片 %1 个词元，共 %2 个</translation>
    </message>
    <message>
        <source>first token in about %1</source>
        <translation>约 %1 后出首个词元</translation>
    </message>
    <message>
        <source>time known after the first answer</source>
        <translation>首次回答后可知用时</translation>
    </message>
    <message>
        <source>memory %1 of %2</source>
        <translation>内存 %1，上限 %2</translation>
    </message>
    <message>
        <source>memory %1</source>
        <translation>内存 %1</translation>
    </message>
    <message>
        <source>Waits for other questions. At once with pictures of %1 in all.</source>
        <translation>须等待其他提问。图片合计 %1 时可立即开始。</translation>
    </message>
    <message>
        <source>Waits for other questions.</source>
        <translation>须等待其他提问。</translation>
    </message>
    <message>
        <source>Too large: takes %1, and %2 are left beside the model.</source>
        <translation>过大：需要 %1，模型之外只剩 %2。</translation>
    </message>
    <message>
        <source>%1 in all would fit.</source>
        <translation>合计 %1 可以容纳。</translation>
    </message>
    <message>
        <source>Too long: at most %1 tokens are read.</source>
        <translation>过长：最多读取 %1 个词元。</translation>
    </message>
    <message>
        <source>Pictures of %1 in all would fit.</source>
        <translation>图片合计 %1 可以容纳。</translation>
    </message>
    <message>
        <source>Memory at its highest: %1 held now, %2 for keys and values, %3 for pictures, %4 to compute with.</source>
        <translation>内存峰值：现已占用 %1，键和值 %2，图片 %3，计算 %4。</translation>
    </message>
    <message>
        <source>No forecast: too many pictures to prepare all of them for it.</source>
        <translation>无预测：图片太多，不为预测全部预处理。</translation>
    </message>
    <message>
        <source>Forecasting</source>
        <translation>正在预测</translation>
    </message>
    <message>
        <source>Forecast for this question with the chat before it, if nothing else is asked meanwhile. The first token comes sooner if part of it is kept from before.</source>
        <translation>对此问题连同之前对话的预测，假定其间没有其他提问。若部分内容已有缓存，首个词元会更早出现。</translation>
    </message>
    <message>
        <source>⚠ Another program listens on this port. Choose another port.</source>
        <translation>⚠ 此端口已被其他程序占用。请换一个端口。</translation>
    </message>
    <message>
        <source>⚠ This user may not listen on this port. Choose one from 1,024 on.</source>
        <translation>⚠ 当前用户无权监听此端口。请选择 1,024 或以上的端口。</translation>
    </message>
    <message>
        <source>This build of the program has no server.</source>
        <translation>此版本的程序不含服务器。</translation>
    </message>
    <message>
        <source>Off: no other program can ask.</source>
        <translation>已关闭：其他程序无法提问。</translation>
    </message>
    <message>
        <source>Begins as soon as a model is loaded.</source>
        <translation>加载模型后即开始。</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>On: answers at</source>
        <translation>已开启，地址：</translation>
    </message>
    <message>
        <source>Stopping; questions under way are finished first.</source>
        <translation>正在停止；先完成进行中的提问。</translation>
    </message>
    <message>
        <source>API off</source>
        <translation>API 关闭</translation>
    </message>
    <message>
        <source>API waits</source>
        <translation>API 等待中</translation>
    </message>
    <message>
        <source>API :%1</source>
        <translation>API :%1</translation>
    </message>
    <message>
        <source>API stops</source>
        <translation>API 停止中</translation>
    </message>
    <message>
        <source>⚠ API</source>
        <translation>⚠ API</translation>
    </message>
    <message>
        <source>First token, forecast without the queue</source>
        <translation>首个词元，预测（不含排队）</translation>
    </message>
    <message>
        <source>Memory at its peak</source>
        <translation>内存峰值</translation>
    </message>
    <message>
        <source>Memory, forecast</source>
        <translation>内存，预测</translation>
    </message>
    <message>
        <source>First token without the queue: forecast %1, took %2</source>
        <translation>首个词元（不含排队）：预测 %1，实际 %2</translation>
    </message>
    <message>
        <source>Memory at its peak: forecast %1, was %2</source>
        <translation>内存峰值：预测 %1，实际 %2</translation>
    </message>
    <message>
        <source>Gap between tokens</source>
        <translation>词元间隔</translation>
    </message>
    <message>
        <source>Time to last token</source>
        <translation>末词元时间</translation>
    </message>
    <message>
        <source>Sent late</source>
        <translation>发送延迟</translation>
    </message>
    <message>
        <source>Answers a second</source>
        <translation>每秒回答数</translation>
    </message>
    <message>
        <source>Answers a second within limits</source>
        <translation>每秒达标回答数</translation>
    </message>
    <message>
        <source>New tokens a second</source>
        <translation>每秒新词元数</translation>
    </message>
    <message>
        <source>All tokens a second</source>
        <translation>每秒全部词元数</translation>
    </message>
    <message>
        <source>New tokens a second for each GB</source>
        <translation>每 GB 每秒新词元数</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Processor, this program</source>
        <translation>处理器（本程序）</translation>
    </message>
    <message>
        <source>Processor, all programs</source>
        <translation>处理器（全部程序）</translation>
    </message>
    <message>
        <source>Tokens of the picture</source>
        <translation>图片的词元数</translation>
    </message>
    <message>
        <source>Characters that differ</source>
        <translation>不同的字符</translation>
    </message>
    <message>
        <source>Passes through the decoder</source>
        <translation>解码器遍数</translation>
    </message>
    <message>
        <source>Weights a step reads</source>
        <translation>每步读取的权重</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>时钟频率</translation>
    </message>
    <message>
        <source>Stage: %1</source>
        <translation>阶段：%1</translation>
    </message>
    <message>
        <source>requests/s</source>
        <translation>请求/秒</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>tokens/s/GB</source>
        <translation>词元/秒/GB</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>Speed of one answer</source>
        <translation>单个回答的速度</translation>
    </message>
    <message>
        <source>Reading a prompt</source>
        <translation>读取提示词</translation>
    </message>
    <message>
        <source>Several at once</source>
        <translation>同时多个</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>负载</translation>
    </message>
    <message>
        <source>How many at once</source>
        <translation>同时多少个</translation>
    </message>
    <message>
        <source>Size of the picture</source>
        <translation>图片大小</translation>
    </message>
    <message>
        <source>States of a service</source>
        <translation>服务的各种状态</translation>
    </message>
    <message>
        <source>Optimisations, one by one</source>
        <translation>逐项优化</translation>
    </message>
    <message>
        <source>Formats of weights</source>
        <translation>权重格式</translation>
    </message>
    <message>
        <source>A long time</source>
        <translation>长时间运行</translation>
    </message>
    <message>
        <source>Page against API</source>
        <translation>网页与 API 对比</translation>
    </message>
    <message>
        <source>▲ better</source>
        <translation>▲ 更好</translation>
    </message>
    <message>
        <source>▼ worse</source>
        <translation>▼ 更差</translation>
    </message>
    <message>
        <source>= no difference shown</source>
        <translation>= 未显示差异</translation>
    </message>
    <message>
        <source>Tokens of an answer</source>
        <translation>回答的词元数</translation>
    </message>
    <message>
        <source>Each answer has so many tokens, whatever they are</source>
        <translation>每个回答都有这么多词元，无论内容</translation>
    </message>
    <message>
        <source>Repetitions</source>
        <translation>重复次数</translation>
    </message>
    <message>
        <source>Runs that count</source>
        <translation>计入结果的次数</translation>
    </message>
    <message>
        <source>Warm-up</source>
        <translation>预热</translation>
    </message>
    <message>
        <source>Runs or requests before it that don&apos;t count</source>
        <translation>之前不计入的运行或请求</translation>
    </message>
    <message>
        <source>Of the made-up picture, in pixels</source>
        <translation>生成图片的大小，以像素计</translation>
    </message>
    <message>
        <source>Ask about text, not a picture</source>
        <translation>询问文本而非图片</translation>
    </message>
    <message>
        <source>A made-up text instead of a picture</source>
        <translation>用生成的文本代替图片</translation>
    </message>
    <message>
        <source>Tokens of the text</source>
        <translation>文本的词元数</translation>
    </message>
    <message>
        <source>Length of the made-up text</source>
        <translation>生成文本的长度</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>A question about a new picture and a second one about the same picture: time by stage.</source>
        <translation>就一张新图片提问，再就同一张图片提第二个问题：各阶段用时。</translation>
    </message>
    <message>
        <source>Tokens a second of one answer after its first token.</source>
        <translation>单个回答在首词元之后每秒的词元数。</translation>
    </message>
    <message>
        <source>How answers come while requests arrive: from so many clients at any time, or at random times.</source>
        <translation>请求到来时回答的情况：始终有若干客户端，或在随机时刻到达。</translation>
    </message>
    <message>
        <source>Clients at once</source>
        <translation>同时的客户端数</translation>
    </message>
    <message>
        <source>Each asks again when its answer is there; several numbers with commas are measured in turn</source>
        <translation>每个客户端得到回答后再次提问；用逗号分隔的多个数会依次测量</translation>
    </message>
    <message>
        <source>Requests a second</source>
        <translation>每秒请求数</translation>
    </message>
    <message>
        <source>At random times, whether answers keep up or not, instead of clients; several with commas</source>
        <translation>代替客户端数：在随机时刻到达，不论回答是否跟得上；多个用逗号分隔</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求数</translation>
    </message>
    <message>
        <source>Of each number of clients or each rate</source>
        <translation>每个客户端数或每种速率的请求数</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>时限</translation>
    </message>
    <message>
        <source>Counts the answers within all limits, in milliseconds: ttft:500,tpot:50,e2el:3000</source>
        <translation>统计满足全部时限的回答，以毫秒计：ttft:500,tpot:50,e2el:3000</translation>
    </message>
    <message>
        <source>1, 2, 4, ... requests at once until memory or the limit ends it; recommends a number.</source>
        <translation>同时 1、2、4…… 个请求，直到内存或时限为止；给出建议的数量。</translation>
    </message>
    <message>
        <source>Largest number</source>
        <translation>最大数量</translation>
    </message>
    <message>
        <source>Of requests at once</source>
        <translation>同时的请求数</translation>
    </message>
    <message>
        <source>Limit, s</source>
        <translation>时限（秒）</translation>
    </message>
    <message>
        <source>Seconds to the last token after which no larger number is tried</source>
        <translation>末词元超过这么多秒后不再尝试更大的数量</translation>
    </message>
    <message>
        <source>Answers within, s</source>
        <translation>回答须在（秒）内</translation>
    </message>
    <message>
        <source>For the recommendation</source>
        <translation>用于建议</translation>
    </message>
    <message>
        <source>The same question about the same picture, shown at several sizes: tokens, time, what changes.</source>
        <translation>就同一张图片以多种大小提出同一问题：词元、时间、变化。</translation>
    </message>
    <message>
        <source>Whose answer is compared</source>
        <translation>比较其回答</translation>
    </message>
    <message>
        <source>Sides</source>
        <translation>边长</translation>
    </message>
    <message>
        <source>The picture is shown with at most N x N pixels, in turn</source>
        <translation>依次以至多 N x N 像素显示图片</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>至多</translation>
    </message>
    <message>
        <source>All of the engine&apos;s optimisations off, then on one after the other.</source>
        <translation>先关闭引擎的全部优化，再逐项开启。</translation>
    </message>
    <message>
        <source>Only this one</source>
        <translation>仅此一项</translation>
    </message>
    <message>
        <source>Off and on; without a name all are measured</source>
        <translation>关闭与开启；不选则测量全部</translation>
    </message>
    <message>
        <source>Loaded and idle, one person, busy: processors, memory, power, latency.</source>
        <translation>已加载且空闲、一个人、繁忙：处理器、内存、功率、延迟。</translation>
    </message>
    <message>
        <source>Length of each, s</source>
        <translation>每种时长（秒）</translation>
    </message>
    <message>
        <source>How long each state lasts</source>
        <translation>每种状态持续多久</translation>
    </message>
    <message>
        <source>Pause of the person, s</source>
        <translation>此人的停顿（秒）</translation>
    </message>
    <message>
        <source>Reads for so long before asking again</source>
        <translation>再次提问前阅读这么久</translation>
    </message>
    <message>
        <source>Of the busy states</source>
        <translation>繁忙状态的速率</translation>
    </message>
    <message>
        <source>The same work for a long time: whether it becomes slower, warmer, larger.</source>
        <translation>长时间做同样的工作：是否变慢、变热、变大。</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>How long it lasts</source>
        <translation>持续多久</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>时间窗</translation>
    </message>
    <message>
        <source>Of equal length, that are set against each other</source>
        <translation>等长的时间窗，相互比较</translation>
    </message>
    <message>
        <source>whole</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>stopped early</source>
        <translation>提前停止</translation>
    </message>
    <message>
        <source>not whole</source>
        <translation>不完整</translation>
    </message>
    <message>
        <source>%1, %2
95 % band %3 to %4, from %5 values
p90 %6, p99 %7</source>
        <translation>%1，%2
95 % 区间 %3 至 %4，共 %5 个值
p90 %6,p99 %7</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Begun</source>
        <translation>开始于</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>组</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>Sent, s</source>
        <translation>发送（秒）</translation>
    </message>
    <message>
        <source>Seconds since the run began</source>
        <translation>自测量开始的秒数</translation>
    </message>
    <message>
        <source>First token, ms</source>
        <translation>首词元（毫秒）</translation>
    </message>
    <message>
        <source>ttft_ms = first token - submission</source>
        <translation>ttft_ms = 首词元 - 提交</translation>
    </message>
    <message>
        <source>Per token, ms</source>
        <translation>每词元（毫秒）</translation>
    </message>
    <message>
        <source>tpot_ms = (last token - first token) / (tokens - 1)</source>
        <translation>tpot_ms = (末词元 - 首词元) / (词元数 - 1)</translation>
    </message>
    <message>
        <source>Last token, ms</source>
        <translation>末词元（毫秒）</translation>
    </message>
    <message>
        <source>e2el_ms = last token - submission</source>
        <translation>e2el_ms = 末词元 - 提交</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Statistic</source>
        <translation>统计量</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>(after - before) / before</source>
        <translation>（之后 - 之前） / 之前</translation>
    </message>
    <message>
        <source>99 % band</source>
        <translation>99 % 区间</translation>
    </message>
    <message>
        <source>Of the change, by bootstrap of both runs</source>
        <translation>变化的区间，由两次测量的自助法得出</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Better or worse only where the band leaves out 0</source>
        <translation>仅当区间不含 0 时才判定更好或更差</translation>
    </message>
    <message>
        <source>too few values</source>
        <translation>值太少</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 至 %2</translation>
    </message>
    <message>
        <source>median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>速率</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>As formulas call it</source>
        <translation>公式中的名称</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>公式</translation>
    </message>
    <message>
        <source>In the names of inputs and of other results</source>
        <translation>以输入项及其他结果的名称表示</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>From submission to end</source>
        <translation>从提交到结束</translation>
    </message>
    <message>
        <source>Electricity, %1</source>
        <translation>电费（%1）</translation>
    </message>
    <message>
        <source>Time × (watts-load / 1000 × electricity)</source>
        <translation>时间 × (watts-load / 1000 × electricity)</translation>
    </message>
    <message>
        <source>Cost, %1</source>
        <translation>成本（%1）</translation>
    </message>
    <message>
        <source>Time × the hour&apos;s price under load, load_per_hour</source>
        <translation>时间 × 负载下每小时价格 load_per_hour</translation>
    </message>
    <message>
        <source>All of them</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Measured, or meant</source>
        <translation>测得或设定</translation>
    </message>
    <message>
        <source>The machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>How it is used</source>
        <translation>使用方式</translation>
    </message>
    <message>
        <source>A serverless offer</source>
        <translation>无服务器报价</translation>
    </message>
    <message>
        <source>How many machines</source>
        <translation>需要多少台机器</translation>
    </message>
    <message>
        <source>Capacity plan</source>
        <translation>容量规划</translation>
    </message>
    <message>
        <source>Tokens of a question, its pictures included</source>
        <translation>问题的词元数（含图片）</translation>
    </message>
    <message>
        <source>Answer tokens over an answer&apos;s whole time, one answer at a time</source>
        <translation>逐个回答时，回答词元数除以回答全程时间</translation>
    </message>
    <message>
        <source>Answer tokens a second of all answers at once</source>
        <translation>同时的全部回答每秒的词元数</translation>
    </message>
    <message>
        <source>How many answers at once those were</source>
        <translation>当时同时有多少个回答</translation>
    </message>
    <message>
        <source>Part of an answer&apos;s time before its first token</source>
        <translation>首词元之前占回答时间的比例</translation>
    </message>
    <message>
        <source>Answers that a page takes</source>
        <translation>每页需要的回答数</translation>
    </message>
    <message>
        <source>Rent on demand</source>
        <translation>按需租金</translation>
    </message>
    <message>
        <source>Rent of the same as an interruptible machine</source>
        <translation>同一机器的可中断租金</translation>
    </message>
    <message>
        <source>Part of an interruptible machine&apos;s hours lost to interruptions</source>
        <translation>可中断机器因中断损失的时间比例</translation>
    </message>
    <message>
        <source>Price of a bought machine</source>
        <translation>购买价格</translation>
    </message>
    <message>
        <source>Years that it serves</source>
        <translation>使用年数</translation>
    </message>
    <message>
        <source>What it fetches then</source>
        <translation>届时的残值</translation>
    </message>
    <message>
        <source>Disk, paid whether the machine is on or off</source>
        <translation>磁盘（无论开关机都付费）</translation>
    </message>
    <message>
        <source>Network, paid while it is on</source>
        <translation>网络（开机时付费）</translation>
    </message>
    <message>
        <source>Price of a kilowatt hour; 0 where the rent includes it</source>
        <translation>每千瓦时电价；租金已含则为 0</translation>
    </message>
    <message>
        <source>Power with the model loaded and no question</source>
        <translation>模型已加载且无问题时的功率</translation>
    </message>
    <message>
        <source>Power while it answers</source>
        <translation>回答时的功率</translation>
    </message>
    <message>
        <source>Power while it is stopped or unloaded</source>
        <translation>停止或卸载时的功率</translation>
    </message>
    <message>
        <source>Questions on a day that it is on</source>
        <translation>开机日的问题数</translation>
    </message>
    <message>
        <source>Hour of the day at which it starts</source>
        <translation>每天开机的时刻</translation>
    </message>
    <message>
        <source>Hour at which it stops; below the start: on the next day</source>
        <translation>关机的时刻；小于开机时刻则为次日</translation>
    </message>
    <message>
        <source>Days of a month on which it is on (else month-days)</source>
        <translation>每月开机的天数（未设则为每月天数）</translation>
    </message>
    <message>
        <source>Days of a month</source>
        <translation>每月天数</translation>
    </message>
    <message>
        <source>Minutes without a question after which it is stopped</source>
        <translation>无问题多少分钟后停止</translation>
    </message>
    <message>
        <source>Seconds from stopped to the first question</source>
        <translation>从停止到首个问题的秒数</translation>
    </message>
    <message>
        <source>Price of a second</source>
        <translation>每秒价格</translation>
    </message>
    <message>
        <source>Seconds that it is kept warm after a question, and paid</source>
        <translation>问题之后保持并计费的秒数</translation>
    </message>
    <message>
        <source>Questions a second (Poisson arrivals)</source>
        <translation>每秒问题数（泊松到达）</translation>
    </message>
    <message>
        <source>What 99 of 100 answers may take, waiting included</source>
        <translation>100 个回答中 99 个的时限（含等待）</translation>
    </message>
    <message>
        <source>Deviation of an answer&apos;s length over its mean, beside what was measured</source>
        <translation>回答长度的偏差与均值之比（测得值之外）</translation>
    </message>
    <message>
        <source>Simulated questions</source>
        <translation>模拟的问题数</translation>
    </message>
    <message>
        <source>Seed of the simulation</source>
        <translation>模拟的种子</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人数</translation>
    </message>
    <message>
        <source>Questions of one of them a day</source>
        <translation>每人每天的问题数</translation>
    </message>
    <message>
        <source>The busiest second over the day&apos;s mean</source>
        <translation>最忙的一秒与全天平均之比</translation>
    </message>
    <message>
        <source>Machines beyond those needed, for failures and updates</source>
        <translation>为故障与更新多备的机器比例</translation>
    </message>
    <message>
        <source>Places, each for its part of the people</source>
        <translation>地点数，各服务一部分人</translation>
    </message>
    <message>
        <source>Upload of a question</source>
        <translation>每个问题的上传量</translation>
    </message>
    <message>
        <source>An answer, while the machine does nothing else</source>
        <translation>一个回答（机器不做其他事时）</translation>
    </message>
    <message>
        <source>A service on paper</source>
        <translation>纸面上的服务</translation>
    </message>
    <message>
        <source>Formats side by side</source>
        <translation>各格式对比</translation>
    </message>
    <message>
        <source>This machine against APIs</source>
        <translation>本机与 API 对比</translation>
    </message>
    <message>
        <source>Serverless against this machine kept on</source>
        <translation>无服务器与本机常开对比</translation>
    </message>
    <message>
        <source>An hour of the machine, rented</source>
        <translation>机器一小时（租用）</translation>
    </message>
    <message>
        <source>An hour of the machine, interruptible</source>
        <translation>机器一小时（可中断）</translation>
    </message>
    <message>
        <source>An hour of the machine, bought</source>
        <translation>机器一小时（购买）</translation>
    </message>
    <message>
        <source>An hour of the machine, owned</source>
        <translation>机器一小时（自有）</translation>
    </message>
    <message>
        <source>A month of the machine, rented</source>
        <translation>机器一个月（租用）</translation>
    </message>
    <message>
        <source>A month of the machine, interruptible</source>
        <translation>机器一个月（可中断）</translation>
    </message>
    <message>
        <source>A month of the machine, bought</source>
        <translation>机器一个月（购买）</translation>
    </message>
    <message>
        <source>A month of the machine, owned</source>
        <translation>机器一个月（自有）</translation>
    </message>
    <message>
        <source>Ways to have the machine</source>
        <translation>拥有机器的方式</translation>
    </message>
    <message>
        <source>rented</source>
        <translation>租用</translation>
    </message>
    <message>
        <source>interruptible</source>
        <translation>可中断</translation>
    </message>
    <message>
        <source>bought</source>
        <translation>购买</translation>
    </message>
    <message>
        <source>owned</source>
        <translation>自有</translation>
    </message>
    <message>
        <source>Answers that are the same</source>
        <translation>相同的回答</translation>
    </message>
    <message>
        <source>First token&apos;s divergence</source>
        <translation>首词元的散度</translation>
    </message>
    <message>
        <source>Weights in memory</source>
        <translation>内存中的权重</translation>
    </message>
    <message>
        <source>Exact answers</source>
        <translation>完全正确的回答</translation>
    </message>
    <message>
        <source>Characters that are wrong</source>
        <translation>错误的字符</translation>
    </message>
    <message>
        <source>Prompt tokens a second</source>
        <translation>每秒提示词元</translation>
    </message>
    <message>
        <source>Answers that are right</source>
        <translation>回答的正确率</translation>
    </message>
    <message>
        <source>from %1 to %2</source>
        <translation>从 %1 到 %2</translation>
    </message>
    <message>
        <source>%1: choose a file.</source>
        <translation>%1：请选择文件。</translation>
    </message>
    <message>
        <source>%1: there is no file %2.</source>
        <translation>%1：没有文件 %2。</translation>
    </message>
    <message>
        <source>%1: a whole number %2.</source>
        <translation>%1：应为%2的整数。</translation>
    </message>
    <message>
        <source>%1: a number %2.</source>
        <translation>%1：应为%2的数。</translation>
    </message>
    <message>
        <source>%1: whole numbers %2, with commas between them.</source>
        <translation>%1：应为%2的整数，以逗号分隔。</translation>
    </message>
    <message>
        <source>%1: numbers %2, with commas between them.</source>
        <translation>%1：应为%2的数，以逗号分隔。</translation>
    </message>
    <message>
        <source>%1: like 512x512, each side %2.</source>
        <translation>%1：形如 512x512，各边%2。</translation>
    </message>
    <message>
        <source>%1: of %2, with commas between them.</source>
        <translation>%1：取自 %2，以逗号分隔。</translation>
    </message>
    <message>
        <source>Your own; without one a sample that comes with the program</source>
        <translation>你自己的图片；不选则用随程序附带的样例</translation>
    </message>
    <message>
        <source>Tokens a second of reading a prompt, before its first token.</source>
        <translation>首词元之前，每秒读取多少提示词元。</translation>
    </message>
    <message>
        <source>So many answers at once, all asked at the same moment, against one alone.</source>
        <translation>同一时刻提出若干问题，与只问一个相比。</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>同时数</translation>
    </message>
    <message>
        <source>Requests at once; several numbers with commas are measured in turn</source>
        <translation>同时的请求数；以逗号分隔的多个数依次测量</translation>
    </message>
    <message>
        <source>The model with its weights in several formats, side by side: speed, memory, how its answers change against the first format&apos;s.</source>
        <translation>同一模型的多种权重格式并排比较：速度、内存，以及回答与第一种格式相比有何变化。</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>One format at a time</source>
        <translation>一次一种格式</translation>
    </message>
    <message>
        <source>Load one model at a time, whatever memory there is, instead of all in turns</source>
        <translation>无论有多少内存，一次只加载一个模型，而不是全部轮流</translation>
    </message>
    <message>
        <source>Your own instead of four about the picture</source>
        <translation>用你自己的问题代替关于图片的四个问题</translation>
    </message>
    <message>
        <source>Questions whose true answers are known: how many answers are exact, how many characters differ.</source>
        <translation>已知正确答案的问题：多少回答完全正确，多少字符不同。</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>题目</translation>
    </message>
    <message>
        <source>Questions at once</source>
        <translation>同时提问数</translation>
    </message>
    <message>
        <source>Asked at the same time</source>
        <translation>同一时刻提出</translation>
    </message>
    <message>
        <source>Only the first</source>
        <translation>只取前若干题</translation>
    </message>
    <message>
        <source>Only so many cases from the beginning</source>
        <translation>只取开头这么多题</translation>
    </message>
    <message>
        <source>The same questions in this program, over REST and through the page in a browser: how much later the page is, and which stages make it so.</source>
        <translation>同样的问题在本程序内、经 REST、经浏览器中的页面提出：页面晚多少，由哪些阶段造成。</translation>
    </message>
    <message>
        <source>Rounds</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>Of each task over each path</source>
        <translation>每个任务在每条路径上</translation>
    </message>
    <message>
        <source>Browsers at once</source>
        <translation>同时的浏览器</translation>
    </message>
    <message>
        <source>So many at once, each a browser of its own; beside them as many over REST</source>
        <translation>同时这么多个，各用一个浏览器；另有同样多的经 REST</translation>
    </message>
    <message>
        <source>True answer</source>
        <translation>正确答案</translation>
    </message>
    <message>
        <source>Load average</source>
        <translation>平均负载</translation>
    </message>
    <message>
        <source>Memory of Fovea</source>
        <translation>Fovea 的内存</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Read from disks</source>
        <translation>磁盘读取</translation>
    </message>
    <message>
        <source>Written to disks</source>
        <translation>磁盘写入</translation>
    </message>
    <message>
        <source>VRAM</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>VRAM, bytes</source>
        <translation>显存用量</translation>
    </message>
    <message>
        <source>Graphics card&apos;s temperature</source>
        <translation>显卡温度</translation>
    </message>
    <message>
        <source>Requests computed</source>
        <translation>计算中的请求</translation>
    </message>
    <message>
        <source>Requests waiting</source>
        <translation>等待的请求</translation>
    </message>
    <message>
        <source>Tokens a second</source>
        <translation>每秒词元</translation>
    </message>
    <message>
        <source>Requests refused</source>
        <translation>被拒绝的请求</translation>
    </message>
    <message>
        <source>p99 of answers</source>
        <translation>回答时间 p99</translation>
    </message>
    <message>
        <source>p99 of first tokens</source>
        <translation>首词元时间 p99</translation>
    </message>
    <message>
        <source>Share of all cores that all programs use</source>
        <translation>所有程序使用的核心占比</translation>
    </message>
    <message>
        <source>Programs that run or want to, mean of a minute</source>
        <translation>在运行或想运行的程序数，一分钟平均</translation>
    </message>
    <message>
        <source>Share of the machine&apos;s memory that all programs use</source>
        <translation>所有程序使用的内存占比</translation>
    </message>
    <message>
        <source>Resident memory of all processes of this program</source>
        <translation>本程序所有进程的常驻内存</translation>
    </message>
    <message>
        <source>How full the file system of the working folder is</source>
        <translation>工作文件夹所在文件系统的已用比例</translation>
    </message>
    <message>
        <source>Bytes a second, of all disks</source>
        <translation>所有磁盘每秒的字节数</translation>
    </message>
    <message>
        <source>Share of the time in which the busiest graphics card computed</source>
        <translation>最忙的显卡在计算的时间占比</translation>
    </message>
    <message>
        <source>How full the memory of the fullest graphics card is</source>
        <translation>最满的显卡的显存已用比例</translation>
    </message>
    <message>
        <source>Of all graphics cards together</source>
        <translation>所有显卡合计</translation>
    </message>
    <message>
        <source>Of the hottest graphics card</source>
        <translation>温度最高的显卡</translation>
    </message>
    <message>
        <source>By the servers of this program on this machine</source>
        <translation>由本机上本程序的服务器计算</translation>
    </message>
    <message>
        <source>For a place in the servers of this program on this machine</source>
        <translation>在本机上本程序的服务器中排队</translation>
    </message>
    <message>
        <source>Answered by the servers of this program on this machine</source>
        <translation>由本机上本程序的服务器回答</translation>
    </message>
    <message>
        <source>Written by the servers of this program on this machine</source>
        <translation>由本机上本程序的服务器写出</translation>
    </message>
    <message>
        <source>Since the look before: refused by an engine, or answered with 429 or 503</source>
        <translation>自上次查看以来：被引擎拒绝，或以 429、503 回应</translation>
    </message>
    <message>
        <source>99 of 100 answers since the look before took no longer, on the slowest server</source>
        <translation>自上次查看以来，最慢的服务器上每 100 个回答有 99 个不超过此时间</translation>
    </message>
    <message>
        <source>99 of 100 first tokens since the look before came no later, on the slowest server</source>
        <translation>自上次查看以来，最慢的服务器上每 100 个首词元有 99 个不晚于此时间</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>立即</translation>
    </message>
    <message>
        <source>for %1 h</source>
        <translation>持续 %1 小时</translation>
    </message>
    <message>
        <source>for %1 min</source>
        <translation>持续 %1 分钟</translation>
    </message>
    <message>
        <source>for %1 s</source>
        <translation>持续 %1 秒</translation>
    </message>
    <message>
        <source>%1 above %2 %3</source>
        <translation>%1高于 %2，%3</translation>
    </message>
    <message>
        <source>%1 above %2</source>
        <translation>%1高于 %2</translation>
    </message>
    <message>
        <source>Over: %1 is no longer known</source>
        <translation>已结束：%1不再可知</translation>
    </message>
    <message>
        <source>Over: %1 is %2</source>
        <translation>已结束：%1为 %2</translation>
    </message>
    <message>
        <source>%1 is %2</source>
        <translation>%1为 %2</translation>
    </message>
    <message>
        <source>%1, above %2 %3</source>
        <translation>%1，高于 %2，%3</translation>
    </message>
    <message>
        <source>%1, above %2</source>
        <translation>%1，高于 %2</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>The webhook must be an address as https://example.org/hook.</source>
        <translation>Webhook 必须是形如 https://example.org/hook 的地址。</translation>
    </message>
    <message>
        <source>Memory of the browser</source>
        <translation>浏览器的内存</translation>
    </message>
    <message>
        <source>Processor, the browser</source>
        <translation>处理器，浏览器</translation>
    </message>
    <message>
        <source>Graphics card&apos;s memory</source>
        <translation>显存用量</translation>
    </message>
    <message>
        <source>Bytes of a request</source>
        <translation>请求的字节数</translation>
    </message>
    <message>
        <source>Writing Base64</source>
        <translation>写成 Base64</translation>
    </message>
    <message>
        <source>Until the first token is painted</source>
        <translation>到首词元画出</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%2 上的 %1</translation>
    </message>
    <message>
        <source>list of models</source>
        <translation>模型列表</translation>
    </message>
    <message>
        <source>question</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>answered</source>
        <translation>已应答</translation>
    </message>
    <message>
        <source>refused (status %1)</source>
        <translation>被拒绝（状态 %1）</translation>
    </message>
    <message>
        <source>no connection</source>
        <translation>无法连接</translation>
    </message>
    <message>
        <source>broken off</source>
        <translation>中断</translation>
    </message>
    <message>
        <source>stopped here</source>
        <translation>在本机停止</translation>
    </message>
    <message>
        <source>%1 (this machine)</source>
        <translation>%1（本机）</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 字节</translation>
    </message>
    <message>
        <source>Known once it has ended</source>
        <translation>结束后才知道</translation>
    </message>
    <message>
        <source>With whom</source>
        <translation>对方</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Of the contents, before encryption</source>
        <translation>内容大小，加密之前</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>接收</translation>
    </message>
    <message>
        <source>What became of it</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Connections: %1, with places: %2. %3 sent, %4 received.</source>
        <translation>连接：%1 次，对方：%2 处。发送 %3，接收 %4。</translation>
    </message>
    <message>
        <source>%1 earlier ones are not kept.</source>
        <translation>更早的 %1 次未保留。</translation>
    </message>
    <message>
        <source>No forecast: %1 prepares the question, and does not tell beforehand what it takes.</source>
        <translation>无预测：问题由 %1 处理，事先不会告知开销。</translation>
    </message>
    <message>
        <source>The question written as JSON, its pictures in Base64.</source>
        <translation>把问题写成 JSON，图片用 Base64。</translation>
    </message>
    <message>
        <source>Connecting, and the question&apos;s way to the server.</source>
        <translation>建立连接，并把问题送到服务器。</translation>
    </message>
    <message>
        <source>Waiting for the server</source>
        <translation>等待服务器</translation>
    </message>
    <message>
        <source>Until its first text: queue, pictures and prompt, which it does not tell apart.</source>
        <translation>直到首段文字：排队、图片和提示词，服务器不分别告知。</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>tokens not told</source>
        <translation>未告知词元数</translation>
    </message>
    <message>
        <source>it gave no answer in %1 s</source>
        <translation>%1 秒内没有应答</translation>
    </message>
    <message>
        <source>This system&apos;s keyring can&apos;t be used.</source>
        <translation>无法使用系统密钥环。</translation>
    </message>
    <message>
        <source>This system&apos;s keyring can&apos;t be used: %1</source>
        <translation>无法使用系统密钥环：%1</translation>
    </message>
    <message>
        <source>A keyring (GNOME Keyring, KWallet, KeePassXC) has to run and be unlocked.</source>
        <translation>需要有密钥环（GNOME Keyring、KWallet、KeePassXC）在运行且已解锁。</translation>
    </message>
    <message>
        <source>The server that answered does not tell its tokens.</source>
        <translation>作答的服务器不提供 token 数。</translation>
    </message>
    <message>
        <source>%1 with the adapter %2</source>
        <translation>%1（含适配器 %2）</translation>
    </message>
    <message>
        <source>Memory&apos;s power</source>
        <translation>内存功率</translation>
    </message>
    <message>
        <source>Whole machine&apos;s power</source>
        <translation>整机功率</translation>
    </message>
    <message>
        <source>Speed of reading memory</source>
        <translation>内存读取速度</translation>
    </message>
    <message>
        <source>core_en</source>
        <extracomment>The table of core&apos;s sentences in this language: &quot;core_zh_CN&quot; for Simplified Chinese.</extracomment>
        <translation>core_zh_CN</translation>
    </message>
    <message>
        <source>Waiting, foretold</source>
        <translation>等待时间预测</translation>
    </message>
    <message>
        <source>How well the simulation behind the number of machines foretells how long answers take: bursts, then requests at random times, and the simulation beside them.</source>
        <translation>检验用来计算机器数量的模拟对回答耗时的预测：先是突发请求，再是随机时刻的请求，并与模拟对照。</translation>
    </message>
    <message>
        <source>Requests at the same moment, which tell how fast the machine is; as many answers are written at once as the largest</source>
        <translation>同一时刻的请求数，用来了解机器的速度；同时生成的回答数等于其中最大的一个</translation>
    </message>
    <message>
        <source>Loads, %</source>
        <translation>负载，%</translation>
    </message>
    <message>
        <source>Of the rate that the machine could keep up with</source>
        <translation>占机器所能承受的请求速率的百分比</translation>
    </message>
    <message>
        <source>Of each load</source>
        <translation>每种负载的数量</translation>
    </message>
    <message>
        <source>picture or clip</source>
        <translation>图片或视频</translation>
    </message>
    <message>
        <source>files of a model</source>
        <translation>模型文件</translation>
    </message>
    <message>
        <source>alert</source>
        <translation>警报</translation>
    </message>
    <message>
        <source>look at a server</source>
        <translation>查看服务器</translation>
    </message>
    <message>
        <source>forbidden here, not dialled</source>
        <translation>此处禁止，未连接</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>在处理器上</translation>
    </message>
    <message>
        <source>on the processor, by libtorch</source>
        <translation>在处理器上，用 libtorch</translation>
    </message>
    <message>
        <source>on GPU %1</source>
        <translation>在 GPU %1 上</translation>
    </message>
    <message>
        <source>idle</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>one person</source>
        <translation>一个人</translation>
    </message>
    <message>
        <source>%1 at once</source>
        <translation>同时 %1 个</translation>
    </message>
    <message>
        <source>%1 requests a second</source>
        <translation>每秒 %1 个请求</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>day</source>
        <translation>天</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>month</source>
        <translation>月</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>machines</source>
        <translation>台机器</translation>
    </message>
    <message>
        <source>years</source>
        <translation>年</translation>
    </message>
    <message>
        <source>share</source>
        <translation>比例</translation>
    </message>
    <message>
        <source>users</source>
        <translation>人</translation>
    </message>
    <message>
        <source>regions</source>
        <translation>个地区</translation>
    </message>
    <message>
        <source>times</source>
        <translation>倍</translation>
    </message>
    <message>
        <source>units</source>
        <translation>货币单位</translation>
    </message>
    <message>
        <source>batch %1 of %2</source>
        <translation>第 %1 批，共 %2 批</translation>
    </message>
    <message>
        <source>round %1 of %2</source>
        <translation>第 %1 轮，共 %2 轮</translation>
    </message>
    <message>
        <source>batch %1</source>
        <translation>第 %1 批</translation>
    </message>
    <message>
        <source>round %1</source>
        <translation>第 %1 轮</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>loading %1</source>
        <translation>正在加载 %1</translation>
    </message>
    <message>
        <source>warm-up</source>
        <translation>预热</translation>
    </message>
    <message>
        <source>Passes by libtorch</source>
        <translation>经 libtorch 的次数</translation>
    </message>
    <message>
        <source>Keys and values of a token</source>
        <translation>一个词元的键和值</translation>
    </message>
    <message>
        <source>Until the first text is read</source>
        <translation>到读到首段文字</translation>
    </message>
    <message>
        <source>Showing the chosen pictures</source>
        <translation>显示选定的图片</translation>
    </message>
    <message>
        <source>Times slowed for heat</source>
        <translation>因过热降速的次数</translation>
    </message>
    <message>
        <source>%1 % of what it can</source>
        <translation>所能承受的 %1 %</translation>
    </message>
    <message>
        <source>window %1, %2 to %3 min</source>
        <translation>时间窗 %1，%2 至 %3 分钟</translation>
    </message>
    <message>
        <source>window %1, %2 to %3 s</source>
        <translation>时间窗 %1，%2 至 %3 秒</translation>
    </message>
    <message>
        <source>Of fp32, bf16, int8, int8-row (by whole rows), int4 and kv-int8 (keys and values); answers are compared with those of the first</source>
        <translation>取自 fp32、bf16、int8、int8-row（按整行）、int4 和 kv-int8（键和值）；回答与第一种格式的比较</translation>
    </message>
    <message>
        <source>That is more than a question takes: only the first ones were added.</source>
        <translation>超过了一个问题所能容纳的数量：只添加了最前面的。</translation>
    </message>
    <message>
        <source>%1 folders</source>
        <translation>%1 个文件夹</translation>
    </message>
    <message>
        <source>files that are no pictures: %1</source>
        <translation>非图片文件 %1 个</translation>
    </message>
    <message>
        <source>folders in it: %1</source>
        <translation>其中的文件夹 %1 个</translation>
    </message>
    <message>
        <source>No picture is right in %1.</source>
        <translation>%1 中没有图片。</translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation>未包括：%1。</translation>
    </message>
    <message>
        <source>Pictures from %1: %2. Left out: %3.</source>
        <translation>来自 %1 的图片：%2 张。未包括：%3。</translation>
    </message>
    <message>
        <source>%1 may not be read.</source>
        <translation>没有权限读取 %1。</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>请检查其权限。</translation>
    </message>
    <message>
        <source>%1 is damaged: what was exported is not whole.</source>
        <translation>%1 已损坏：导出的内容不完整。</translation>
    </message>
    <message>
        <source>Copy it again, or export the chat again.</source>
        <translation>请重新复制，或重新导出该对话。</translation>
    </message>
    <message>
        <source>%1 was exported by a later version of Fovea.</source>
        <translation>%1 是由更新版本的 Fovea 导出的。</translation>
    </message>
    <message>
        <source>Update this one.</source>
        <translation>请更新本程序。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>1 picture was made smaller on its way to the server: %1 went instead of %2.</source>
        <translation>1 张图片在发往服务器前已缩小：发送了 %1，而不是 %2。</translation>
    </message>
    <message>
        <source>%1 pictures were made smaller on their way to the server: %2 went instead of %3.</source>
        <translation>%1 张图片在发往服务器前已缩小：发送了 %2，而不是 %3。</translation>
    </message>
    <message>
        <source>That took %1 and saved about %2.</source>
        <translation>缩小用时 %1，发送约省 %2。</translation>
    </message>
    <message>
        <source>That took %1.</source>
        <translation>缩小用时 %1。</translation>
    </message>
    <message>
        <source>Pictures made smaller</source>
        <translation>已缩小的图片</translation>
    </message>
    <message>
        <source>%1 sent instead of %2</source>
        <translation>发送 %1 而非 %2</translation>
    </message>
    <message>
        <source>Their size as sent</source>
        <translation>发送时的大小</translation>
    </message>
    <message>
        <source>Their size before</source>
        <translation>缩小前的大小</translation>
    </message>
    <message>
        <source>Overlap of boxes (IoU)</source>
        <translation>边界框的重合度（IoU）</translation>
    </message>
    <message>
        <source>A JSON list of {&quot;file&quot;, &quot;question&quot;, &quot;answer&quot;, &quot;kind&quot;}; pictures lie beside it. Also several pictures, clips, turns and boxes: fovea bench accuracy --help</source>
        <translation>由 {&quot;file&quot;, &quot;question&quot;, &quot;answer&quot;, &quot;kind&quot;} 组成的 JSON 列表；图片放在它旁边。多张图片、视频、多轮对话和边界框见 fovea bench accuracy --help</translation>
    </message>
    <message>
        <source>That is a link, and nothing is fetched from the web. Copy the picture in the browser and paste it, or save it and drop the file.</source>
        <translation>这是一个链接，本程序不从网络获取内容。请在浏览器中复制图片后粘贴，或先保存再拖入文件。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::AnswerFoot</name>
    <message>
        <source>Where the time went</source>
        <translation>时间花在哪里</translation>
    </message>
    <message>
        <source>Figures of the answer: %1</source>
        <translation>回答的数据：%1</translation>
    </message>
    <message>
        <source>First token after %1</source>
        <translation>首个词元用时 %1</translation>
    </message>
    <message>
        <source>%1 tokens in (%2 of pictures), %3 out</source>
        <translation>输入 %1 个词元（其中图片 %2 个），输出 %3 个</translation>
    </message>
    <message>
        <source>%1 a token</source>
        <translation>每个词元 %1</translation>
    </message>
    <message>
        <source>%1 prompt tokens kept from before</source>
        <translation>沿用之前的 %1 个提示词元</translation>
    </message>
    <message>
        <source>%1 tokens of reasoning</source>
        <translation>推理 %1 个词元</translation>
    </message>
    <message>
        <source>Memory at its peak %1</source>
        <translation>内存峰值 %1</translation>
    </message>
    <message>
        <source>Copy as table</source>
        <translation>复制为表格</translation>
    </message>
    <message>
        <source>Pictures seen before: %1</source>
        <translation>之前看过的图片：%1</translation>
    </message>
    <message>
        <source>The server does not tell its tokens</source>
        <translation>服务器不告知词元数</translation>
    </message>
    <message>
        <source>%1 tokens in (how many of pictures is not told), %2 out</source>
        <translation>输入 %1 个词元（其中图片多少未告知），输出 %2 个</translation>
    </message>
    <message>
        <source>Tokens of reasoning are not told</source>
        <translation>未告知推理的词元数</translation>
    </message>
    <message>
        <source>Copy as picture</source>
        <translation>复制为图片</translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation>复制为 JSON</translation>
    </message>
</context>
<context>
    <name>fovea::ui::AttachmentStrip</name>
    <message>
        <source>Pictures of the question</source>
        <translation>问题的图片</translation>
    </message>
    <message>
        <source>Delete removes a picture, Ctrl+Z brings it back, Ctrl+Left and Ctrl+Right move it</source>
        <translation>Delete 移除图片，Ctrl+Z 恢复，Ctrl+← 和 Ctrl+→ 移动</translation>
    </message>
</context>
<context>
    <name>fovea::ui::BarChart</name>
    <message>
        <source>%1, bar %2 of %3</source>
        <translation>%1，第 %2 条，共 %3 条</translation>
    </message>
</context>
<context>
    <name>fovea::ui::BenchPanel</name>
    <message>
        <source>Measuring</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>End the run; what was measured is kept</source>
        <translation>结束测量；已测得的会保留</translation>
    </message>
    <message>
        <source>How far the run is</source>
        <translation>测量进度</translation>
    </message>
    <message>
        <source>Kept runs</source>
        <translation>已保存的测量</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Other folder</source>
        <translation>其他文件夹</translation>
    </message>
    <message>
        <source>Open a run that was kept elsewhere, by the command line for one</source>
        <translation>打开保存在别处的测量，例如由命令行保存的</translation>
    </message>
    <message>
        <source>None yet. A run is kept when it is measured, also one that is stopped.</source>
        <translation>尚无。测量后会保存，提前停止的也会。</translation>
    </message>
    <message>
        <source>This program has nothing to measure with</source>
        <translation>本程序没有测量功能</translation>
    </message>
    <message>
        <source>A run goes on; stop it or wait for its end</source>
        <translation>正在测量；请停止它或等待结束</translation>
    </message>
    <message>
        <source>%1: stopping</source>
        <translation>%1：正在停止</translation>
    </message>
    <message>
        <source>%1: loading the model</source>
        <translation>%1：正在加载模型</translation>
    </message>
    <message>
        <source>%1: %2, %3 of %4</source>
        <translation>%1:%2,%3 / %4</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>还剩 %1</translation>
    </message>
    <message>
        <source>First token</source>
        <translation>首词元</translation>
    </message>
    <message>
        <source>Rest</source>
        <translation>其余</translation>
    </message>
    <message>
        <source>%1 / %2 ms, %3</source>
        <translation>%1 / %2 毫秒，%3</translation>
    </message>
    <message>
        <source>Time to first and to last token, means so far, and requests</source>
        <translation>首词元与末词元时间（目前的平均值）及请求数</translation>
    </message>
    <message>
        <source>Show the chosen run</source>
        <translation>显示所选的测量</translation>
    </message>
    <message>
        <source>Choose one run</source>
        <translation>请选择一次测量</translation>
    </message>
    <message>
        <source>Set the later run against the earlier one</source>
        <translation>将较晚的测量与较早的比较</translation>
    </message>
    <message>
        <source>Choose two runs, with Ctrl</source>
        <translation>请按住 Ctrl 选择两次测量</translation>
    </message>
    <message>
        <source>Delete the chosen runs from the disk</source>
        <translation>从磁盘删除所选的测量</translation>
    </message>
    <message>
        <source>Not while a run goes on</source>
        <translation>测量进行时不可用</translation>
    </message>
    <message>
        <source>Choose a run</source>
        <translation>请选择测量</translation>
    </message>
    <message>
        <source>Folder of a run</source>
        <translation>测量所在的文件夹</translation>
    </message>
    <message>
        <source>Delete runs</source>
        <translation>删除测量</translation>
    </message>
    <message>
        <source>Delete %1 runs from the disk? This cannot be undone.</source>
        <translation>从磁盘删除 %1 次测量?此操作无法撤销。</translation>
    </message>
    <message>
        <source>Save the run as a new folder</source>
        <translation>将测量保存为新文件夹</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Save the requests</source>
        <translation>保存请求</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>not in this program</source>
        <translation>本程序不含</translation>
    </message>
    <message>
        <source>needs Chromium, which is not on the PATH</source>
        <translation>需要 Chromium，但 PATH 中没有</translation>
    </message>
    <message>
        <source>A run</source>
        <translation>一次测量</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ChatListModel</name>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>本周</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>MMMM yyyy</source>
        <comment>a month of a year, in QLocale&apos;s letters</comment>
        <translation>yyyy年M月</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ChatOptionsDialog</name>
    <message>
        <source>This chat</source>
        <translation>本对话</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示</translation>
    </message>
    <message>
        <source>What the model is told before this chat</source>
        <translation>本对话开始前告诉模型的话</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>As the model says</source>
        <translation>按模型设定</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>0: always the likeliest token</source>
        <translation>0：总取最可能的词元</translation>
    </message>
    <message>
        <source>Top p</source>
        <translation>Top p</translation>
    </message>
    <message>
        <source>Only the likeliest tokens that together reach this share</source>
        <translation>只取合计达到此比例的最可能词元</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>回答最长</translation>
    </message>
    <message>
        <source>In tokens</source>
        <translation>以词元计</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>Whether the model may reason before it answers</source>
        <translation>模型回答前是否可以推理</translation>
    </message>
    <message>
        <source>The loaded model doesn&apos;t reason</source>
        <translation>当前模型不会推理</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Use for this chat</source>
        <translation>用于本对话</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Fills in a system prompt and sampling that were saved before</source>
        <translation>填入先前保存的系统提示和采样设置</translation>
    </message>
    <message>
        <source>Save as preset</source>
        <translation>存为预设</translation>
    </message>
    <message>
        <source>Keeps what stands below under a name, for other chats</source>
        <translation>将下方内容以名称保存，供其他对话使用</translation>
    </message>
    <message>
        <source>Delete preset</source>
        <translation>删除预设</translation>
    </message>
    <message>
        <source>No presets yet</source>
        <translation>还没有预设</translation>
    </message>
    <message>
        <source>Choose a preset</source>
        <translation>选择预设</translation>
    </message>
    <message>
        <source>What it filled in stays below</source>
        <translation>已填入的内容保留在下方</translation>
    </message>
    <message>
        <source>Choose the preset before</source>
        <translation>请先选择预设</translation>
    </message>
    <message>
        <source>Name; a preset of that name is replaced</source>
        <translation>名称；同名预设会被替换</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ChatPanel</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>System prompt and sampling of this chat</source>
        <translation>本对话的系统提示和采样</translation>
    </message>
    <message>
        <source>More about this chat</source>
        <translation>本对话的更多操作</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Drop a picture and ask about it</source>
        <translation>拖入图片，然后提问</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>关闭此提示</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Stop loading</source>
        <translation>停止加载</translation>
    </message>
    <message>
        <source>Show the models on this machine</source>
        <translation>显示本机上的模型</translation>
    </message>
    <message>
        <source>The question as it was stays as an earlier version.</source>
        <translation>原来的问题会作为较早的版本保留。</translation>
    </message>
    <message>
        <source>Leave it as it was</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Questions and pictures go to the server %1 on this machine.</source>
        <translation>问题和图片会发送到本机上的服务器 %1。</translation>
    </message>
    <message>
        <source>Questions and pictures leave this machine: they go to %1.</source>
        <translation>问题和图片会离开本机：发送到 %1。</translation>
    </message>
    <message>
        <source>Everything stays on this machine.</source>
        <translation>一切都留在本机。</translation>
    </message>
    <message>
        <source>A server on this machine answers.</source>
        <translation>由本机上的服务器回答。</translation>
    </message>
    <message>
        <source>%1 answers: pictures go there.</source>
        <translation>由 %1 回答：图片会发送到那里。</translation>
    </message>
    <message>
        <source>Ctrl+O opens, Ctrl+V pastes.</source>
        <translation>Ctrl+O 打开，Ctrl+V 粘贴。</translation>
    </message>
    <message>
        <source>The sample took the place of your question.</source>
        <translation>示例已替换您的问题。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Pictures are made smaller to %1 pixels first.</source>
        <translation>图片会先缩小到 %1 像素。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ComparisonView</name>
    <message>
        <source>Back to the runs</source>
        <translation>返回测量列表</translation>
    </message>
    <message>
        <source>Two runs compared</source>
        <translation>两次测量的比较</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>The band is of chance within the runs, by bootstrap. How the machine changes from run to run is not in it: repeat a run against itself to see that.</source>
        <translation>区间反映测量内部的偶然性，由自助法得出。机器在两次测量之间的变化不在其中：可将同一测量重复一次来了解。</translation>
    </message>
    <message>
        <source>Before: %1
After: %2</source>
        <translation>之前：%1
之后：%2</translation>
    </message>
    <message>
        <source>The runs have no figure in common.</source>
        <translation>两次测量没有共同的指标。</translation>
    </message>
    <message>
        <source>%1 better, %2 worse, %3 with no difference shown</source>
        <translation>%1 项更好，%2 项更差，%3 项未显示差异</translation>
    </message>
    <message>
        <source>What else differs between the runs:</source>
        <translation>两次测量的其他不同：</translation>
    </message>
    <message>
        <source>Only one of the runs has: %1.</source>
        <translation>只有其中一次测量有：%1。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::Composer</name>
    <message>
        <source>Add pictures or a clip</source>
        <translation>添加图片或视频</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>Pictures and clips</source>
        <translation>图片和视频</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Ask, or drop a picture here</source>
        <translation>提问，或把图片拖到这里</translation>
    </message>
    <message>
        <source>Ask about the picture</source>
        <translation>就这张图片提问</translation>
    </message>
    <message>
        <source>Ask about the pictures</source>
        <translation>就这些图片提问</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop the answer (Esc)</source>
        <translation>停止回答（Esc）</translation>
    </message>
    <message>
        <source>Is asked as soon as the pictures are read</source>
        <translation>图片读完后立即提问</translation>
    </message>
    <message>
        <source>Write a question or add a picture first</source>
        <translation>请先写下问题或添加图片</translation>
    </message>
    <message>
        <source>Ask (Enter)</source>
        <translation>提问（Enter）</translation>
    </message>
    <message>
        <source>Take a part of the screen</source>
        <translation>截取屏幕的一部分</translation>
    </message>
    <message>
        <source>Ask about the clip</source>
        <translation>就这段视频提问</translation>
    </message>
    <message>
        <source>None of these files can be read: write a question or add another one</source>
        <translation>这些文件都无法读取：请写下问题或添加其他文件</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ConnectionsDialog</name>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Every connection that this program made since it was started. What was said in them is not kept here; the local server&apos;s callers are not among them.</source>
        <translation>本程序启动以来建立的每一次连接。这里不保留其内容；本地服务器的调用者不在其中。</translation>
    </message>
    <message>
        <source>Nothing has left this machine</source>
        <translation>没有任何内容离开本机</translation>
    </message>
    <message>
        <source>Copy as table</source>
        <translation>复制为表格</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>There is nothing to copy</source>
        <translation>没有可复制的内容</translation>
    </message>
    <message>
        <source>Only a server that you choose under Model, and a webhook that you name, is ever asked.</source>
        <translation>只会访问您在“模型”中选择的服务器和您指定的 webhook。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::CostForm</name>
    <message>
        <source>Currency</source>
        <translation>货币</translation>
    </message>
    <message>
        <source>What money is counted in, such as EUR; nothing is converted</source>
        <translation>计价货币，例如 EUR；不做换算</translation>
    </message>
    <message>
        <source>The first with a price</source>
        <translation>第一种有价格的方式</translation>
    </message>
    <message>
        <source>How the machine is had</source>
        <translation>机器的拥有方式</translation>
    </message>
    <message>
        <source>Which way to have the machine the rest counts with</source>
        <translation>其余计算采用哪种拥有方式</translation>
    </message>
    <message>
        <source>%1
In formulas: %2</source>
        <translation>%1
公式中：%2</translation>
    </message>
    <message>
        <source>%1, measured</source>
        <translation>%1（测得）</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>未设置</translation>
    </message>
</context>
<context>
    <name>fovea::ui::CostPanel</name>
    <message>
        <source>Cost</source>
        <translation>成本</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Keep these inputs for the next time, and for `fovea cost` and `fovea ask --timings`</source>
        <translation>保存这些输入，供下次以及 `fovea cost` 和 `fovea ask --timings` 使用</translation>
    </message>
    <message>
        <source>The speed is typed above, or taken from a run that is open under Measure.</source>
        <translation>速度在上方填写，或取自“测量”中打开的一次测量。</translation>
    </message>
    <message>
        <source>Results with their formulas</source>
        <translation>结果及其公式</translation>
    </message>
    <message>
        <source>Answers of the open chat</source>
        <translation>当前聊天的回答</translation>
    </message>
    <message>
        <source>What the answers of the open chat cost</source>
        <translation>当前聊天的回答的成本</translation>
    </message>
    <message>
        <source>Speed from a run on %1, where none is typed.</source>
        <translation>未填写之处采用在 %1 上测得的速度。</translation>
    </message>
    <message>
        <source>No answer of it has its time.</source>
        <translation>其中没有记录用时的回答。</translation>
    </message>
    <message>
        <source>An hour of the machine has no price yet: set its rent, its price or its electricity.</source>
        <translation>机器每小时尚无价格：请填写租金、购买价格或电费。</translation>
    </message>
    <message>
        <source>Power: unknown. This run saw no watts; &quot;States of a service&quot; shows them where the system tells them. Without typed ones electricity counts as 0.</source>
        <translation>功率：未知。此次运行没有读到瓦数；在系统提供时，“服务的各种状态”会显示。不填写时电费按 0 计。</translation>
    </message>
    <message>
        <source>%1 W</source>
        <translation>%1 W</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>of the whole machine</source>
        <translation>整机</translation>
    </message>
    <message>
        <source>of processors, memory and GPUs</source>
        <translation>处理器、内存和 GPU</translation>
    </message>
    <message>
        <source>Power measured in this run, where none is typed: idle %1, while it answers %2, %3.</source>
        <translation>未填写时采用此次运行测得的功率：空闲 %1，回答时 %2，%3。</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
</context>
<context>
    <name>fovea::ui::Database</name>
    <message>
        <source>This chat is not there any more.</source>
        <translation>此对话已不存在。</translation>
    </message>
    <message>
        <source>The history cannot be opened.</source>
        <translation>无法打开历史记录。</translation>
    </message>
    <message>
        <source>Check that its folder can be written. Chats are not saved meanwhile.</source>
        <translation>请检查其文件夹是否可写。在此期间对话不会保存。</translation>
    </message>
    <message>
        <source>The history was written by a later version of Fovea.</source>
        <translation>历史记录由更新版本的 Fovea 写入。</translation>
    </message>
    <message>
        <source>Use that version. Chats are not saved meanwhile.</source>
        <translation>请使用该版本。在此期间不保存对话。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::DesktopNotice</name>
    <message>
        <source>This session has no bus, so the desktop can&apos;t be told.</source>
        <translation>本会话没有消息总线，无法通知桌面。</translation>
    </message>
    <message>
        <source>No desktop showed the notification.</source>
        <translation>没有桌面显示该通知。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::DeviceBox</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Processor, by libtorch</source>
        <translation>处理器，用 libtorch</translation>
    </message>
    <message>
        <source>GPU: not looked for yet</source>
        <translation>GPU：尚未查找</translation>
    </message>
    <message>
        <source>The graphics cards are being looked for</source>
        <translation>正在查找显卡</translation>
    </message>
    <message>
        <source>GPU: none is here</source>
        <translation>GPU：未找到</translation>
    </message>
    <message>
        <source>No NVIDIA driver answers on this machine</source>
        <translation>此机器上没有 NVIDIA 驱动程序响应</translation>
    </message>
    <message>
        <source>GPU %1: not here</source>
        <translation>GPU %1：不存在</translation>
    </message>
</context>
<context>
    <name>fovea::ui::Fold</name>
    <message>
        <source>Show or hide</source>
        <translation>显示或隐藏</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ForecastLine</name>
    <message>
        <source>Make it fit</source>
        <translation>使其容纳</translation>
    </message>
    <message>
        <source>Show the model smaller pictures in this chat</source>
        <translation>在此对话中给模型看更小的图片</translation>
    </message>
    <message>
        <source>Forecast: %1</source>
        <translation>预测：%1</translation>
    </message>
</context>
<context>
    <name>fovea::ui::GaugeChart</name>
    <message>
        <source>%1: nothing</source>
        <translation>%1：无</translation>
    </message>
    <message>
        <source>%1 (%2 to %3)</source>
        <translation>%1（%2 至 %3）</translation>
    </message>
    <message>
        <source>%1, above its limit</source>
        <translation>%1，高于限值</translation>
    </message>
    <message>
        <source>%1, highest %2 at %3</source>
        <translation>%1，最高 %2，于 %3</translation>
    </message>
</context>
<context>
    <name>fovea::ui::HistoryPanel</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Search titles and messages (Ctrl+K)</source>
        <translation>搜索标题和消息（Ctrl+K）</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>More about the history</source>
        <translation>历史记录的更多操作</translation>
    </message>
    <message>
        <source>Import a chat</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Chats are kept here.</source>
        <translation>对话会保存在这里。</translation>
    </message>
    <message>
        <source>No chat holds &quot;%1&quot;.</source>
        <translation>没有对话包含“%1”。</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Show chats with a tag</source>
        <translation>按标签显示对话</translation>
    </message>
    <message>
        <source>No chat has the tag %1.</source>
        <translation>没有带标签 %1 的对话。</translation>
    </message>
    <message>
        <source>No chat with the tag %1 holds &quot;%2&quot;.</source>
        <translation>带标签 %1 的对话中没有“%2”。</translation>
    </message>
    <message>
        <source>All chats</source>
        <translation>全部对话</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>New tag</source>
        <translation>新标签</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ImagePanel</name>
    <message>
        <source>What the model sees of a picture stands here: its size, its patches, its tokens. Add a picture, or click one in the chat.</source>
        <translation>这里显示模型看到的图片：尺寸、图块和词元。添加图片，或点击对话中的图片。</translation>
    </message>
    <message>
        <source>Show the model&apos;s patches and tokens</source>
        <translation>显示模型的图块和词元</translation>
    </message>
    <message>
        <source>Fit the picture</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Tokens a picture may take</source>
        <translation>每张图片可用的词元</translation>
    </message>
    <message>
        <source>Picture %1</source>
        <translation>图片 %1</translation>
    </message>
    <message>
        <source>How many tokens a picture may take: fewer are faster, more show finer print</source>
        <translation>每张图片可用多少词元：少则更快，多则能看清更小的字</translation>
    </message>
    <message>
        <source>The budget depends on the model, and none is loaded</source>
        <translation>预算取决于模型，而当前没有加载模型</translation>
    </message>
    <message>
        <source>%1 patches, %2 tokens</source>
        <translation>%1 个图块，%2 个词元</translation>
    </message>
    <message>
        <source>The whole prompt: %1 tokens</source>
        <translation>整个提示：%1 个词元</translation>
    </message>
    <message>
        <source>Budget a picture: as the model says</source>
        <translation>每张图片的预算：按模型设定</translation>
    </message>
    <message>
        <source>Budget a picture: at most %1 tokens</source>
        <translation>每张图片的预算：最多 %1 个词元</translation>
    </message>
    <message>
        <source>Copy the places as JSON</source>
        <translation>将位置复制为 JSON</translation>
    </message>
    <message>
        <source>Copy the places as CSV</source>
        <translation>将位置复制为 CSV</translation>
    </message>
    <message>
        <source>Save this part of the picture</source>
        <translation>保存图片的这一部分</translation>
    </message>
    <message>
        <source>Forecast: %1</source>
        <translation>预测：%1</translation>
    </message>
    <message>
        <source>Show beside it the picture that the model sees</source>
        <translation>在旁边显示模型看到的图片</translation>
    </message>
    <message>
        <source>Picture %1 as the model sees it</source>
        <translation>模型看到的图片 %1</translation>
    </message>
    <message>
        <source>As the model sees it</source>
        <translation>模型看到的样子</translation>
    </message>
    <message>
        <source>Clip: %1 frames are looked at, which are not shown here</source>
        <translation>视频：模型查看其中 %1 帧，此处不显示画面</translation>
    </message>
    <message>
        <source>A clip: what is seen of it is known once a model reads it</source>
        <translation>视频：模型读取后才知道看到了什么</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>无名称</translation>
    </message>
    <message>
        <source>Places in it: %1</source>
        <translation>其中的位置：%1</translation>
    </message>
</context>
<context>
    <name>fovea::ui::JsonTableModel</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
</context>
<context>
    <name>fovea::ui::MachineView</name>
    <message>
        <source>What the machine uses</source>
        <translation>本机使用情况</translation>
    </message>
</context>
<context>
    <name>fovea::ui::MainWindow</name>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>检查器</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>显示或隐藏对话</translation>
    </message>
    <message>
        <source>Show or hide the inspector</source>
        <translation>显示或隐藏检查器</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>未保存：%1</translation>
    </message>
    <message>
        <source>The history was damaged. %1 chats were recovered; the damaged file is kept as %2.</source>
        <translation>历史记录已损坏。恢复了 %1 个对话；损坏的文件保留为 %2。</translation>
    </message>
    <message>
        <source>Loading %1</source>
        <translation>正在加载 %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>No model is loaded</source>
        <translation>没有加载模型</translation>
    </message>
    <message>
        <source>Choose one under Model, or get one with: fovea models pull NAME</source>
        <translation>请在“模型”中选择，或用命令获取：fovea models pull 名称</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>无模型</translation>
    </message>
    <message>
        <source>loading, %1 %</source>
        <translation>加载中，%1 %</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>加载中</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>回答中</translation>
    </message>
    <message>
        <source>looking</source>
        <translation>看图中</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>阅读中</translation>
    </message>
    <message>
        <source>preparing</source>
        <translation>准备中</translation>
    </message>
    <message>
        <source>unloaded while idle</source>
        <translation>空闲时已卸载</translation>
    </message>
    <message>
        <source>idle</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>Memory %1 · machine %2 of %3</source>
        <translation>内存 %1 · 整机 %2 / %3</translation>
    </message>
    <message>
        <source>Rename the chat</source>
        <translation>重命名对话</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Export the chat</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>Exported as %1.</source>
        <translation>已导出为 %1。</translation>
    </message>
    <message>
        <source>Import a chat</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is deleted.</source>
        <translation>“%1”已删除。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Add %1 files to the question</source>
        <translation>将 %1 个文件添加到问题</translation>
    </message>
    <message>
        <source>Add to the question</source>
        <translation>添加到问题</translation>
    </message>
    <message>
        <source>the engine has stopped</source>
        <translation>引擎已停止</translation>
    </message>
    <message>
        <source>starting the engine, try %1 of %2</source>
        <translation>正在启动引擎，第 %1 次，共 %2 次</translation>
    </message>
    <message>
        <source>starting the engine</source>
        <translation>正在启动引擎</translation>
    </message>
    <message>
        <source>The engine is there again. An answer that was interrupted can be continued.</source>
        <translation>引擎已恢复。被中断的回答可以继续。</translation>
    </message>
    <message>
        <source>The engine is being started again.</source>
        <translation>正在重新启动引擎。</translation>
    </message>
    <message>
        <source>%1 It is started again in %2, try %3 of %4. What was said stands.</source>
        <translation>%1 将在 %2 后重新启动，第 %3 次，共 %4 次。已写出的内容会保留。</translation>
    </message>
    <message>
        <source>The engine does not keep running: %1 It was started %2 times again.</source>
        <translation>引擎无法保持运行：%1 已重新启动 %2 次。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Part of the screen</source>
        <translation>屏幕的一部分</translation>
    </message>
    <message>
        <source>&quot;%1&quot; no longer has the tag %2.</source>
        <translation>“%1”不再带有标签 %2。</translation>
    </message>
    <message>
        <source>Tag the chat</source>
        <translation>为对话加标签</translation>
    </message>
    <message>
        <source>Tag of &quot;%1&quot;</source>
        <translation>“%1”的标签</translation>
    </message>
    <message>
        <source>Local server: %1</source>
        <translation>本地服务器：%1</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Measuring and cost</source>
        <translation>测量与成本</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>成本</translation>
    </message>
    <message>
        <source>A run is being measured</source>
        <translation>正在测量</translation>
    </message>
    <message>
        <source>Questions would disturb it. Ask when it is over, or stop it.</source>
        <translation>提问会干扰测量。请在结束后提问，或停止测量。</translation>
    </message>
    <message>
        <source>measuring</source>
        <translation>测量中</translation>
    </message>
    <message>
        <source>The model is still loading</source>
        <translation>模型仍在加载</translation>
    </message>
    <message>
        <source>An answer is being written</source>
        <translation>正在写回答</translation>
    </message>
    <message>
        <source>Monitor</source>
        <translation>监视</translation>
    </message>
    <message>
        <source>Asking %1 for its model</source>
        <translation>正在询问 %1 的模型</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>A server answers, and runs are made on a model of this machine: load one under Model. A server is measured with: fovea bench load --server URL</source>
        <translation>目前由服务器回答，而测量在本机模型上进行：请在“模型”中加载一个。测量服务器请用：fovea bench load --server URL</translation>
    </message>
    <message>
        <source>What the model sees of it is not known here: %1 prepares the picture.</source>
        <translation>本机无法得知模型看到的样子：图片由 %1 处理。</translation>
    </message>
    <message>
        <source>The key is kept until the program ends, and in no file. %1</source>
        <translation>密钥只保留到程序结束，不写入任何文件。%1</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>%1 prepares the pictures as it is set up there</source>
        <translation>图片由 %1 按其设置处理</translation>
    </message>
    <message>
        <source>%1 on %2 is removed.</source>
        <translation>已移除 %2 上的 %1。</translation>
    </message>
    <message>
        <source>%1 is used without an adapter.</source>
        <translation>%1 现在不使用适配器。</translation>
    </message>
    <message>
        <source>The adapter %1 is merged into %2.</source>
        <translation>适配器 %1 已并入 %2。</translation>
    </message>
    <message>
        <source>The adapter %1 is not there any more: %2 is loaded without it.</source>
        <translation>适配器 %1 已不存在：%2 将不带适配器加载。</translation>
    </message>
    <message>
        <source>Load without the adapter</source>
        <translation>不带适配器加载</translation>
    </message>
    <message>
        <source>The loaded model keeps its settings until it is loaded again.</source>
        <translation>已加载的模型在重新加载之前保持原有设置。</translation>
    </message>
    <message>
        <source>Load again</source>
        <translation>重新加载</translation>
    </message>
    <message>
        <source>Add the pictures in %1 to the question</source>
        <translation>将 %1 中的图片添加到问题</translation>
    </message>
    <message>
        <source>%1 is not at its place any more: the model in the box is loaded.</source>
        <translation>%1 已不在原处：已载入自带的模型。</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>A link: copy the picture itself</source>
        <translation>这是链接：请复制图片本身</translation>
    </message>
</context>
<context>
    <name>fovea::ui::MarkdownView</name>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy this code</source>
        <translation>复制这段代码</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
</context>
<context>
    <name>fovea::ui::MessageView</name>
    <message>
        <source>Question: %1</source>
        <translation>问题：%1</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>What the model wrote before its answer</source>
        <translation>模型在回答前写下的内容</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Edit and ask again</source>
        <translation>编辑后重新提问</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Reading the pictures</source>
        <translation>正在读取图片</translation>
    </message>
    <message>
        <source>%1 questions before this one</source>
        <translation>前面还有 %1 个问题</translation>
    </message>
    <message>
        <source>Preparing the pictures</source>
        <translation>正在准备图片</translation>
    </message>
    <message>
        <source>Looking: %1 of %2 patches</source>
        <translation>正在看图：%1 / %2 个图块</translation>
    </message>
    <message>
        <source>Looking at the pictures</source>
        <translation>正在看图</translation>
    </message>
    <message>
        <source>Reading the prompt: %1 of %2 tokens</source>
        <translation>正在阅读提示：%1 / %2 个词元</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>正在阅读提示</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>正在书写</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Cut off at the token limit of this chat.</source>
        <translation>达到本对话的词元上限，回答被截断。</translation>
    </message>
    <message>
        <source>Interrupted: the program ended while this was written.</source>
        <translation>已中断：书写时程序结束了。</translation>
    </message>
    <message>
        <source>The model answered with nothing.</source>
        <translation>模型没有给出任何回答。</translation>
    </message>
    <message>
        <source>Answer again with twice the limit</source>
        <translation>以两倍上限重新回答</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>The model reads its answer so far and goes on where it ends</source>
        <translation>模型会读取已写出的回答，并从结尾处继续</translation>
    </message>
    <message>
        <source>Interrupted: the engine ended while this was written. %1</source>
        <translation>已中断：写这个回答时引擎结束了。%1</translation>
    </message>
    <message>
        <source>The limit of this chat is doubled from now on</source>
        <translation>此对话的上限从现在起加倍</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ModelListModel</name>
    <message>
        <source>loaded</source>
        <translation>已加载</translation>
    </message>
    <message>
        <source>server %1</source>
        <translation>服务器 %1</translation>
    </message>
    <message>
        <source>encrypted</source>
        <translation>已加密</translation>
    </message>
    <message>
        <source>unencrypted</source>
        <translation>未加密</translation>
    </message>
    <message>
        <source>with a key</source>
        <translation>有密钥</translation>
    </message>
    <message>
        <source>a server on this machine</source>
        <translation>本机上的服务器</translation>
    </message>
    <message>
        <source>pictures leave this machine</source>
        <translation>图片会离开本机</translation>
    </message>
    <message>
        <source>in use: %1</source>
        <translation>使用中：%1</translation>
    </message>
    <message>
        <source>is asked for its model</source>
        <translation>正在询问其模型</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>正在加载</translation>
    </message>
    <message>
        <source>loading, %1 %</source>
        <translation>正在加载，%1 %</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ModelPanel</name>
    <message>
        <source>Look for models again</source>
        <translation>重新查找模型</translation>
    </message>
    <message>
        <source>Looking for models</source>
        <translation>正在查找模型</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Other folder</source>
        <translation>其他文件夹</translation>
    </message>
    <message>
        <source>Load a model from a folder in Hugging Face layout</source>
        <translation>从 Hugging Face 布局的文件夹加载模型</translation>
    </message>
    <message>
        <source>Get more with: fovea models pull NAME</source>
        <translation>获取更多模型：fovea models pull 名称</translation>
    </message>
    <message>
        <source>No model is on this machine. Get one with: fovea models pull NAME</source>
        <translation>本机没有模型。用命令获取：fovea models pull 名称</translation>
    </message>
    <message>
        <source>Folder of a model</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Choose a model above</source>
        <translation>请在上面选择模型</translation>
    </message>
    <message>
        <source>It is loaded</source>
        <translation>它已加载</translation>
    </message>
    <message>
        <source>Another model is loading</source>
        <translation>正在加载另一个模型</translation>
    </message>
    <message>
        <source>Load the chosen model; the one in use answers until it is ready</source>
        <translation>加载所选模型；就绪前由当前模型回答</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>卸载</translation>
    </message>
    <message>
        <source>Stop loading</source>
        <translation>停止加载</translation>
    </message>
    <message>
        <source>Free the model&apos;s memory</source>
        <translation>释放模型占用的内存</translation>
    </message>
    <message>
        <source>Loading %1</source>
        <translation>正在加载 %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 个参数</translation>
    </message>
    <message>
        <source>computes in %1</source>
        <translation>以 %1 计算</translation>
    </message>
    <message>
        <source>weights %1</source>
        <translation>权重 %1</translation>
    </message>
    <message>
        <source>context %1 tokens</source>
        <translation>上下文 %1 个词元</translation>
    </message>
    <message>
        <source>loaded in %1</source>
        <translation>加载用时 %1</translation>
    </message>
    <message>
        <source>No model is loaded</source>
        <translation>没有加载模型</translation>
    </message>
    <message>
        <source>Choose one below.</source>
        <translation>请在下面选择一个。</translation>
    </message>
    <message>
        <source>in a process of its own</source>
        <translation>在独立进程中</translation>
    </message>
    <message>
        <source>On this machine, and servers</source>
        <translation>本机模型与服务器</translation>
    </message>
    <message>
        <source>Edit the server</source>
        <translation>编辑服务器</translation>
    </message>
    <message>
        <source>Remove the server</source>
        <translation>移除服务器</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Models on this machine and servers</source>
        <translation>本机模型与服务器</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>添加服务器</translation>
    </message>
    <message>
        <source>A model on another machine, or of a provider, as one more to choose</source>
        <translation>另一台机器上的模型，或服务商的模型，也可供选择</translation>
    </message>
    <message>
        <source>This build cannot use servers elsewhere</source>
        <translation>此版本不能使用其他地方的服务器</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>It is in use</source>
        <translation>正在使用</translation>
    </message>
    <message>
        <source>Ask this server from now on</source>
        <translation>从现在起询问此服务器</translation>
    </message>
    <message>
        <source>Choose a server in the list</source>
        <translation>请在列表中选择一个服务器</translation>
    </message>
    <message>
        <source>Edit the server (F2)</source>
        <translation>编辑服务器 (F2)</translation>
    </message>
    <message>
        <source>Remove the server (Delete); it can be undone</source>
        <translation>移除服务器 (Delete)；可以撤销</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>断开</translation>
    </message>
    <message>
        <source>Ask this server no more</source>
        <translation>不再询问此服务器</translation>
    </message>
    <message>
        <source>Asking %1</source>
        <translation>正在询问 %1</translation>
    </message>
    <message>
        <source>on the server %1</source>
        <translation>在服务器 %1 上</translation>
    </message>
    <message>
        <source>its context is not told</source>
        <translation>未告知上下文长度</translation>
    </message>
    <message>
        <source>size, arithmetic and memory are not told</source>
        <translation>未告知大小、计算类型和内存</translation>
    </message>
    <message>
        <source>Remove the adapter</source>
        <translation>移除适配器</translation>
    </message>
    <message>
        <source>Add an adapter</source>
        <translation>添加适配器</translation>
    </message>
    <message>
        <source>Load the model without it again; it can be undone</source>
        <translation>重新加载不带适配器的模型；可以撤销</translation>
    </message>
    <message>
        <source>Merge a LoRA adapter into the model in use: a folder that PEFT has saved</source>
        <translation>把 LoRA 适配器并入正在使用的模型：由 PEFT 保存的文件夹</translation>
    </message>
    <message>
        <source>A model is loading</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Adapters are merged into models of this machine</source>
        <translation>适配器只能并入本机上的模型</translation>
    </message>
    <message>
        <source>Load the adapter&apos;s model first</source>
        <translation>请先加载适配器对应的模型</translation>
    </message>
    <message>
        <source>Folder of a LoRA adapter</source>
        <translation>LoRA 适配器的文件夹</translation>
    </message>
    <message>
        <source>adapter %1</source>
        <translation>适配器 %1</translation>
    </message>
    <message>
        <source>weights %1 in %2</source>
        <translation>权重 %1，格式 %2</translation>
    </message>
    <message>
        <source>context %1 tokens in %2</source>
        <translation>上下文 %1 个词元，格式 %2</translation>
    </message>
    <message>
        <source>It was put aside: the next question loads it again.</source>
        <translation>模型已暂时卸载：下一个问题会重新载入它。</translation>
    </message>
    <message>
        <source>It is asked for its model</source>
        <translation>正在询问其模型</translation>
    </message>
    <message>
        <source>It is loading</source>
        <translation>它正在加载</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>fovea::ui::MonitorPanel</name>
    <message>
        <source>Monitor</source>
        <translation>监视</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Look at the machine while the program runs, keep what was seen and apply the rules</source>
        <translation>程序运行期间查看机器，保存所见并应用规则</translation>
    </message>
    <message>
        <source>This program has nothing to look with</source>
        <translation>本程序没有可用来查看的部件</translation>
    </message>
    <message>
        <source>Range that is shown</source>
        <translation>显示的范围</translation>
    </message>
    <message>
        <source>5 minutes</source>
        <translation>5 分钟</translation>
    </message>
    <message>
        <source>30 minutes</source>
        <translation>30 分钟</translation>
    </message>
    <message>
        <source>2 hours</source>
        <translation>2 小时</translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation>12 小时</translation>
    </message>
    <message>
        <source>3 days</source>
        <translation>3 天</translation>
    </message>
    <message>
        <source>All that is recorded</source>
        <translation>全部记录</translation>
    </message>
    <message>
        <source>As a table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>The values as a table instead of curves (%1)</source>
        <translation>以表格代替曲线显示数值（%1）</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Save the records of the range as CSV</source>
        <translation>把该范围的记录存为 CSV</translation>
    </message>
    <message>
        <source>Recorded values</source>
        <translation>记录的数值</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>What fired</source>
        <translation>触发记录</translation>
    </message>
    <message>
        <source>By these rules nothing fired in the time that is recorded.</source>
        <translation>按这些规则，在有记录的时间内没有触发。</translation>
    </message>
    <message>
        <source>Desktop notification of each</source>
        <translation>每次都发桌面通知</translation>
    </message>
    <message>
        <source>When a rule begins to hold, and when it no longer does</source>
        <translation>规则开始成立时，以及不再成立时</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Log file</source>
        <translation>日志文件</translation>
    </message>
    <message>
        <source>A line of each is added to this file</source>
        <translation>每次向该文件追加一行</translation>
    </message>
    <message>
        <source>Webhook</source>
        <translation>Webhook</translation>
    </message>
    <message>
        <source>Each is sent to this address as JSON, by POST; nothing else is ever sent there</source>
        <translation>每次以 JSON 用 POST 发往该地址；此外什么都不会发往那里</translation>
    </message>
    <message>
        <source>Choose the log file</source>
        <translation>选择日志文件</translation>
    </message>
    <message>
        <source>Nothing is recorded now</source>
        <translation>现在没有记录</translation>
    </message>
    <message>
        <source>Recording every %1 s</source>
        <translation>每 %1 秒记录一次</translation>
    </message>
    <message>
        <source>Another process records; the rules are applied here as well</source>
        <translation>另一个进程在记录；规则在此同样应用</translation>
    </message>
    <message>
        <source>⚠ Not kept: %1</source>
        <translation>⚠ 未保存：%1</translation>
    </message>
    <message>
        <source>%1 records since %2</source>
        <translation>自 %2 起 %1 条记录</translation>
    </message>
    <message>
        <source>no rule holds</source>
        <translation>没有规则成立</translation>
    </message>
    <message>
        <source>Nothing is recorded in this range yet.</source>
        <translation>此范围内还没有记录。</translation>
    </message>
    <message>
        <source>Nothing is recorded in this range. Tick Record to begin.</source>
        <translation>此范围内没有记录。勾选“记录”即开始。</translation>
    </message>
    <message>
        <source>Not known in this range: %1. Requests, tokens and p99 come from servers that run on this machine, the graphics card&apos;s figures from NVIDIA&apos;s driver.</source>
        <translation>此范围内未知：%1。请求、词元和 p99 来自本机运行的服务器，显卡的数值来自 NVIDIA 驱动。</translation>
    </message>
    <message>
        <source>Save the records</source>
        <translation>保存记录</translation>
    </message>
    <message>
        <source>⚠ rules that hold: %1</source>
        <translation>⚠ 成立的规则：%1</translation>
    </message>
</context>
<context>
    <name>fovea::ui::MonitorWatch</name>
    <message>
        <source>Fovea&apos;s monitor</source>
        <translation>Fovea 监视</translation>
    </message>
    <message>
        <source>The monitor&apos;s settings could not be kept: %1 can&apos;t be written.</source>
        <translation>监视的设置未能保存：无法写入 %1。</translation>
    </message>
    <message>
        <source>%1 could not be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::Overlay</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>fovea::ui::PictureFiles</name>
    <message>
        <source>A picture could not be saved.</source>
        <translation>有图片未能保存。</translation>
    </message>
    <message>
        <source>Free some space on the disk.</source>
        <translation>请腾出一些磁盘空间。</translation>
    </message>
    <message>
        <source>A picture of this chat is missing from the history.</source>
        <translation>历史记录中缺少本对话的一张图片。</translation>
    </message>
    <message>
        <source>Add it again.</source>
        <translation>请重新添加。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::PictureRow</name>
    <message>
        <source>and %1 more</source>
        <translation>另有 %1 张</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
</context>
<context>
    <name>fovea::ui::PictureView</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Wheel or + and - zoom, dragging moves, 0 fits</source>
        <translation>滚轮或 + 和 - 缩放，拖动移动，0 适应窗口</translation>
    </message>
</context>
<context>
    <name>fovea::ui::RegionChips</name>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Place %1: %2</source>
        <translation>位置 %1：%2</translation>
    </message>
    <message>
        <source>Show %1 in the picture</source>
        <translation>在图片中显示 %1</translation>
    </message>
</context>
<context>
    <name>fovea::ui::RegionOverlay</name>
    <message>
        <source>Choose a part of the screen</source>
        <translation>选择屏幕的一部分</translation>
    </message>
    <message>
        <source>Pull a rectangle with the mouse. Enter takes the whole screen, Esc ends.</source>
        <translation>用鼠标拖出矩形。回车截取整个屏幕，Esc 结束。</translation>
    </message>
    <message>
        <source>Pull a rectangle. Enter: the whole screen. Esc: end.</source>
        <translation>拖出矩形。回车：整个屏幕。Esc：结束。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::RemoteServerDialog</name>
    <message>
        <source>Edit the server</source>
        <translation>编辑服务器</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>添加服务器</translation>
    </message>
    <message>
        <source>Any server that speaks OpenAI&apos;s protocol: vLLM, SGLang, llama.cpp, Fovea on another machine, a provider. Questions and pictures go there while it is used.</source>
        <translation>任何使用 OpenAI 协议的服务器：vLLM、SGLang、llama.cpp、另一台机器上的 Fovea、服务商。使用期间，问题和图片会发送到那里。</translation>
    </message>
    <message>
        <source>The server is asked</source>
        <translation>正在询问服务器</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>It wants a key</source>
        <translation>需要密钥</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s keyring, never in the settings</source>
        <translation>保存在系统密钥环中，绝不写入设置</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Send the key unencrypted</source>
        <translation>以未加密方式发送密钥</translation>
    </message>
    <message>
        <source>Everyone on the way could read it</source>
        <translation>途中任何人都可能读到</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>As the server calls it</source>
        <translation>服务器上的名称</translation>
    </message>
    <message>
        <source>Ask for its models</source>
        <translation>询问模型</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Enter the server&apos;s address first</source>
        <translation>请先输入服务器地址</translation>
    </message>
    <message>
        <source>Enter the key again: the kept one is for another server</source>
        <translation>请重新输入密钥：已保存的属于另一个服务器</translation>
    </message>
    <message>
        <source>Enter the key, or say that it wants none</source>
        <translation>请输入密钥，或说明不需要</translation>
    </message>
    <message>
        <source>As it is kept</source>
        <translation>与已保存的相同</translation>
    </message>
    <message>
        <source>With or without /v1 at its end</source>
        <translation>末尾有无 /v1 均可</translation>
    </message>
    <message>
        <source>%1, on this machine</source>
        <translation>%1，本机</translation>
    </message>
    <message>
        <source>%1, encrypted</source>
        <translation>%1，已加密</translation>
    </message>
    <message>
        <source>%1, unencrypted: everyone on the way can read it</source>
        <translation>%1，未加密：途中任何人都能读到</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>The server is being asked</source>
        <translation>正在询问服务器</translation>
    </message>
    <message>
        <source>Asks for a word about a small made-up picture; nothing of yours is sent</source>
        <translation>就一张生成的小图问一个词；不会发送您的任何内容</translation>
    </message>
    <message>
        <source>Keep anyway</source>
        <translation>仍然保存</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Add anyway</source>
        <translation>仍然添加</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Tests it, then keeps it</source>
        <translation>先测试，再保存</translation>
    </message>
    <message>
        <source>Waiting for the keyring</source>
        <translation>正在等待密钥环</translation>
    </message>
    <message>
        <source>Asking %1 for its models</source>
        <translation>正在询问 %1 的模型</translation>
    </message>
    <message>
        <source>Testing %1</source>
        <translation>正在测试 %1</translation>
    </message>
    <message>
        <source>context %1 tokens</source>
        <translation>上下文 %1 个词元</translation>
    </message>
    <message>
        <source>It has one model.</source>
        <translation>它有一个模型。</translation>
    </message>
    <message>
        <source>It has %1 models. Choose one.</source>
        <translation>它有 %1 个模型。请选择一个。</translation>
    </message>
    <message>
        <source>It answers, in %1, and takes pictures.</source>
        <translation>它在 %1 内作答，并接受图片。</translation>
    </message>
    <message>
        <source>It answers, but takes no pictures: %1</source>
        <translation>它能作答，但不接受图片：%1</translation>
    </message>
</context>
<context>
    <name>fovea::ui::RemoteServers</name>
    <message>
        <source>This server is not in the list any more.</source>
        <translation>此服务器已不在列表中。</translation>
    </message>
    <message>
        <source>Add it again.</source>
        <translation>请重新添加。</translation>
    </message>
    <message>
        <source>The key of %1 is not kept any more.</source>
        <translation>%1 的密钥已不再保存。</translation>
    </message>
    <message>
        <source>Enter it again under Edit.</source>
        <translation>请在“编辑”中重新输入。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::RuleEditor</name>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Add a rule</source>
        <translation>添加规则</translation>
    </message>
    <message>
        <source>Bring the rule back</source>
        <translation>恢复该规则</translation>
    </message>
    <message>
        <source>It holds now</source>
        <translation>现在成立</translation>
    </message>
    <message>
        <source>Rule %1 is on</source>
        <translation>规则 %1 已启用</translation>
    </message>
    <message>
        <source>Whether the rule is applied</source>
        <translation>是否应用该规则</translation>
    </message>
    <message>
        <source>Rule %1 looks at</source>
        <translation>规则 %1 查看</translation>
    </message>
    <message>
        <source>Limit of rule %1</source>
        <translation>规则 %1 的限值</translation>
    </message>
    <message>
        <source>The rule holds above it</source>
        <translation>高于它时规则成立</translation>
    </message>
    <message>
        <source>How long for rule %1</source>
        <translation>规则 %1 的持续时间</translation>
    </message>
    <message>
        <source>It has to be above the limit for so long</source>
        <translation>必须高于限值这么久</translation>
    </message>
    <message>
        <source>Delete rule %1</source>
        <translation>删除规则 %1</translation>
    </message>
</context>
<context>
    <name>fovea::ui::RunForm</name>
    <message>
        <source>What is measured</source>
        <translation>测量内容</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>The same in a terminal</source>
        <translation>在终端中同样操作</translation>
    </message>
    <message>
        <source>There is no model to measure. Choose one under Model.</source>
        <translation>没有可测量的模型。请在“模型”中选择。</translation>
    </message>
    <message>
        <source>Measured on %1, loaded anew for the run: no guessing of tokens, as in a terminal. Until it is over the chat has no model.</source>
        <translation>在 %1 上测量，为此重新加载：不猜测词元，与终端中相同。结束前聊天没有模型可用。</translation>
    </message>
    <message>
        <source>There is no model to measure</source>
        <translation>没有可测量的模型</translation>
    </message>
    <message>
        <source>Begin the run</source>
        <translation>开始测量</translation>
    </message>
    <message>
        <source>All of them</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>选择图片</translation>
    </message>
    <message>
        <source>Picture to ask about</source>
        <translation>要询问的图片</translation>
    </message>
    <message>
        <source>In a terminal: %1 --out FOLDER</source>
        <translation>在终端中：%1 --out FOLDER</translation>
    </message>
    <message>
        <source>What can&apos;t be measured so</source>
        <translation>不能这样测量的原因</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>one of the samples</source>
        <translation>样例之一</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>未选择</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>File of cases</source>
        <translation>题目文件</translation>
    </message>
</context>
<context>
    <name>fovea::ui::RunView</name>
    <message>
        <source>not measured</source>
        <translation>未测量</translation>
    </message>
    <message>
        <source>Back to the runs</source>
        <translation>返回测量列表</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>The whole run, a folder</source>
        <translation>整个测量，文件夹</translation>
    </message>
    <message>
        <source>Report, HTML</source>
        <translation>报告，HTML</translation>
    </message>
    <message>
        <source>Report, Markdown</source>
        <translation>报告，Markdown</translation>
    </message>
    <message>
        <source>Requests, CSV</source>
        <translation>请求，CSV</translation>
    </message>
    <message>
        <source>Save the run or a report of it</source>
        <translation>保存测量或其报告</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>成本</translation>
    </message>
    <message>
        <source>Count what answers cost at the speed of this run</source>
        <translation>按此次测量的速度计算回答的成本</translation>
    </message>
    <message>
        <source>What follows from the run</source>
        <translation>测量的结论</translation>
    </message>
    <message>
        <source>Figure that is shown</source>
        <translation>显示的指标</translation>
    </message>
    <message>
        <source>As a table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>All figures as a table instead of a chart (%1)</source>
        <translation>以表格而非图表显示全部指标（%1）</translation>
    </message>
    <message>
        <source>Figures of the run</source>
        <translation>测量的指标</translation>
    </message>
    <message>
        <source>Close the requests</source>
        <translation>关闭请求</translation>
    </message>
    <message>
        <source>Requests of the group</source>
        <translation>组内的请求</translation>
    </message>
    <message>
        <source>%1 requests</source>
        <translation>%1 个请求</translation>
    </message>
    <message>
        <source>took %1</source>
        <translation>用时 %1</translation>
    </message>
    <message>
        <source>ended early: these are the figures until then</source>
        <translation>提前结束：这是截至当时的数据</translation>
    </message>
    <message>
        <source>Where the time went, by stage</source>
        <translation>时间去向（按阶段）</translation>
    </message>
    <message>
        <source>Where the time went, ms</source>
        <translation>时间去向（毫秒）</translation>
    </message>
    <message>
        <source>Means of the answered requests, in milliseconds. Enter or a click on a bar shows its requests.</source>
        <translation>已回答请求的平均值，以毫秒计。按回车或点击条形可查看其请求。</translation>
    </message>
    <message>
        <source>%1. In %2, with the 95 % band. Enter or a click on a bar shows its requests.</source>
        <translation>%1。以 %2 计，含 95 % 区间。按回车或点击条形可查看其请求。</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>数</translation>
    </message>
    <message>
        <source>%1: %2 requests</source>
        <translation>%1：%2 个请求</translation>
    </message>
    <message>
        <source>Where the time of request %1 went</source>
        <translation>请求 %1 的时间去向</translation>
    </message>
    <message>
        <source>Table of the report</source>
        <translation>报告的表格</translation>
    </message>
    <message>
        <source>Table: %1</source>
        <translation>表：%1</translation>
    </message>
</context>
<context>
    <name>fovea::ui::SampleRow</name>
    <message>
        <source>Sample: %1, %2</source>
        <translation>示例：%1，%2</translation>
    </message>
    <message>
        <source>Take this sample picture and its question: %1</source>
        <translation>使用这张示例图片和它的问题：%1</translation>
    </message>
    <message>
        <source>Take this sample picture and its question, in English, which the model in the box reads: %1</source>
        <translation>使用这张示例图片和它的问题。自带的模型只懂英文，因此用英文提问：%1</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ScreenGrab</name>
    <message>
        <source>The desktop gave no picture of the screen. Take one with its own tool and paste it here.</source>
        <translation>桌面没有给出屏幕图片。请用桌面自带的截图工具截取后粘贴到这里。</translation>
    </message>
    <message>
        <source>This desktop lets no program look at the screen</source>
        <translation>此桌面不允许程序查看屏幕</translation>
    </message>
</context>
<context>
    <name>fovea::ui::ServerDialog</name>
    <message>
        <source>Local server</source>
        <translation>本地服务器</translation>
    </message>
    <message>
        <source>Other programs, and a page in the browser, ask the model that this window uses. Their questions and yours share it.</source>
        <translation>其他程序和浏览器页面可以向此窗口所用的模型提问。它们的提问与您的提问共用该模型。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Answer other programs</source>
        <translation>回答其他程序</translation>
    </message>
    <message>
        <source>Switches the server on; it is on again at the next start</source>
        <translation>开启服务器；下次启动时也会开启</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>1,024 or more where you are not the administrator</source>
        <translation>非管理员请用 1,024 或以上</translation>
    </message>
    <message>
        <source>Callers need a key</source>
        <translation>调用者需要密钥</translation>
    </message>
    <message>
        <source>Without one, every program of every user of this machine may ask</source>
        <translation>没有密钥时，本机任何用户的任何程序都可以提问</translation>
    </message>
    <message>
        <source>Other machines may ask too</source>
        <translation>其他机器也可以提问</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Open the page</source>
        <translation>打开页面</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Copy the key</source>
        <translation>复制密钥</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新密钥</translation>
    </message>
    <message>
        <source>The old one opens nothing any more</source>
        <translation>旧密钥随即失效</translation>
    </message>
    <message>
        <source>State of the server: %1</source>
        <translation>服务器状态：%1</translation>
    </message>
    <message>
        <source>Address: %1</source>
        <translation>地址：%1</translation>
    </message>
    <message>
        <source>Key: %1…</source>
        <translation>密钥：%1…</translation>
    </message>
    <message>
        <source>Other machines may ask only if callers need a key</source>
        <translation>只有调用者需要密钥时，其他机器才可以提问</translation>
    </message>
    <message>
        <source>Questions: %1 under way, %2 answered</source>
        <translation>提问：%1 个进行中，%2 个已回答</translation>
    </message>
    <message>
        <source>Pictures, answers and the key travel unencrypted; docs/deploying.md says how to put a proxy with TLS in front</source>
        <translation>图片、回答和密钥均以明文传输；如何在前面设置 TLS 代理见 docs/deploying.md</translation>
    </message>
    <message>
        <source>What callers ask is passed on to the server %1 on this machine, which answers in this window now.</source>
        <translation>调用方的问题会转发到本机上的服务器 %1，本窗口目前由它作答。</translation>
    </message>
    <message>
        <source>What callers ask leaves this machine: questions and pictures are passed on to %1, which answers in this window now.</source>
        <translation>调用方的问题会离开本机：问题和图片会转发到 %1，本窗口目前由它作答。</translation>
    </message>
    <message>
        <source>Pictures are made smaller to %1 pixels first.</source>
        <translation>图片会先缩小到 %1 像素。</translation>
    </message>
</context>
<context>
    <name>fovea::ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Where chats are kept</source>
        <translation>对话的保存位置</translation>
    </message>
    <message>
        <source>No setting is called so.</source>
        <translation>没有这样的设置。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Ctrl + and Ctrl − change it too</source>
        <translation>也可用 Ctrl + 和 Ctrl − 调整</translation>
    </message>
    <message>
        <source>New chats</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示</translation>
    </message>
    <message>
        <source>What the model is told before every chat</source>
        <translation>每次对话开始前告诉模型的话</translation>
    </message>
    <message>
        <source>As the model says</source>
        <translation>按模型设定</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>0: always the likeliest token</source>
        <translation>0：总取最可能的词元</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>回答最长</translation>
    </message>
    <message>
        <source>In tokens</source>
        <translation>以词元计</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Load the last model at the start</source>
        <translation>启动时加载上次的模型</translation>
    </message>
    <message>
        <source>Compute in</source>
        <translation>计算精度</translation>
    </message>
    <message>
        <source>From the next loading on</source>
        <translation>下次加载起生效</translation>
    </message>
    <message>
        <source>All cores</source>
        <translation>所有核心</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source> min</source>
        <translation> 分钟</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Unload when idle</source>
        <translation>空闲时卸载</translation>
    </message>
    <message>
        <source>Frees the model&apos;s memory; the next question loads it again</source>
        <translation>释放模型的内存；下次提问时重新加载</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>In this process</source>
        <translation>在本进程中</translation>
    </message>
    <message>
        <source>In a process of its own</source>
        <translation>在独立进程中</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>In a process of its own it may die without taking the window along. Automatic: so where there is a GPU. From the next loading on</source>
        <translation>在独立进程中，引擎崩溃不会影响窗口。自动：有 GPU 时使用独立进程。下次加载时生效</translation>
    </message>
    <message>
        <source>Other programs</source>
        <translation>其他程序</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Local server</source>
        <translation>本地服务器</translation>
    </message>
    <message>
        <source>Answers other programs with the model of this window (Ctrl+Shift+L)</source>
        <translation>用此窗口的模型回答其他程序（Ctrl+Shift+L）</translation>
    </message>
    <message>
        <source>Compute on</source>
        <translation>计算设备</translation>
    </message>
    <message>
        <source>Automatic: a GPU where the model fits into its memory, else the processor. By libtorch it is slower there: for comparison with a GPU. From the next loading on</source>
        <translation>自动：若 GPU 显存容得下模型，则用 GPU，否则用处理器。在处理器上用 libtorch 较慢：用于与 GPU 比较。下次加载起生效</translation>
    </message>
    <message>
        <source>As the model has them</source>
        <translation>与模型文件一致</translation>
    </message>
    <message>
        <source>Not as integers</source>
        <translation>不用整数</translation>
    </message>
    <message>
        <source>Hold weights in</source>
        <translation>权重格式</translation>
    </message>
    <message>
        <source>%1: on the processor alone</source>
        <translation>%1：只能在处理器上</translation>
    </message>
    <message>
        <source>As it computes</source>
        <translation>与计算类型一致</translation>
    </message>
    <message>
        <source>Keep keys and values in</source>
        <translation>键值缓存格式</translation>
    </message>
    <message>
        <source>What the model remembers of a conversation. int8 takes half the memory of bf16, so that twice the context fits, and answers differ a little. From the next loading on</source>
        <translation>模型记住对话内容的地方。int8 占 bf16 一半的内存，可容纳两倍的上下文，回答略有不同。下次加载起生效</translation>
    </message>
    <message>
        <source>int8 by whole rows</source>
        <translation>int8（按整行）</translation>
    </message>
    <message>
        <source>int8 takes about half the memory of bf16, int4 a quarter; both answer faster and a little differently, and on the processor alone. int8 by whole rows reads prompts faster on processors with AMX and is a little less exact. From the next loading on</source>
        <translation>int8 约占 bf16 一半的内存，int4 约占四分之一；两者回答更快，结果略有不同，且只能在处理器上计算。int8（按整行）在带 AMX 的处理器上读取提示词更快，精确度略低。下次加载起生效</translation>
    </message>
    <message>
        <source>server api http port key network openai</source>
        <translation>服务器 接口 端口 密钥 网络 其他机器</translation>
    </message>
    <message>
        <source>history folder directory location path data storage database pictures</source>
        <translation>历史 文件夹 目录 路径 数据 存储 数据库 图片</translation>
    </message>
    <message>
        <source>theme appearance colour color night mode</source>
        <translation>颜色 色彩 夜间 模式 外观</translation>
    </message>
    <message>
        <source>language chinese translation locale</source>
        <translation>中文 英文 英语 翻译 地区</translation>
    </message>
    <message>
        <source>text size font zoom scale bigger larger smaller</source>
        <translation>字体 字号 缩放 放大 缩小</translation>
    </message>
    <message>
        <source>system prompt instructions role persona</source>
        <translation>指令 角色 人设 提示词</translation>
    </message>
    <message>
        <source>temperature sampling random greedy creative</source>
        <translation>采样 随机 贪心 创造性</translation>
    </message>
    <message>
        <source>longest answer length limit maximum max_tokens output</source>
        <translation>长度 上限 最大 限制 输出</translation>
    </message>
    <message>
        <source>load start startup launch begin automatically</source>
        <translation>启动 开机 自动 载入</translation>
    </message>
    <message>
        <source>compute dtype precision data type float half arithmetic</source>
        <translation>数据类型 浮点 半精度 运算</translation>
    </message>
    <message>
        <source>engine crash isolate child separate</source>
        <translation>崩溃 隔离 子进程 独立</translation>
    </message>
    <message>
        <source>threads cpu cores processor</source>
        <translation>处理器 核心 核数</translation>
    </message>
    <message>
        <source>unload idle minutes timeout keep alive sleep</source>
        <translation>超时 分钟 闲置 释放 休眠</translation>
    </message>
    <message>
        <source>compute device gpu cuda cpu graphics card</source>
        <translation>显卡 设备 处理器</translation>
    </message>
    <message>
        <source>weights quantization quantize bits format</source>
        <translation>量化 位数 格式</translation>
    </message>
    <message>
        <source>keys values kv cache quantization</source>
        <translation>缓存 量化 上下文</translation>
    </message>
</context>
<context>
    <name>fovea::ui::SpeedPanel</name>
    <message>
        <source>First token (TTFT)</source>
        <translation>首词元（TTFT）</translation>
    </message>
    <message>
        <source>From the question to the first token of the answer</source>
        <translation>从提问到回答的首个词元</translation>
    </message>
    <message>
        <source>Each token (TPOT)</source>
        <translation>每词元（TPOT）</translation>
    </message>
    <message>
        <source>(last token − first token) / (tokens − 1)</source>
        <translation>（末词元时刻 − 首词元时刻）/（词元数 − 1）</translation>
    </message>
    <message>
        <source>Tokens a second</source>
        <translation>每秒词元</translation>
    </message>
    <message>
        <source>1 / TPOT</source>
        <translation>1 / TPOT</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Of this program, resident</source>
        <translation>本程序的常驻内存</translation>
    </message>
    <message>
        <source>Where the answer&apos;s time went</source>
        <translation>回答的时间花在哪里</translation>
    </message>
    <message>
        <source>Show as a table</source>
        <translation>显示为表格</translation>
    </message>
    <message>
        <source>Copy as table</source>
        <translation>复制为表格</translation>
    </message>
    <message>
        <source>Ask something, or unfold an answer&apos;s figures.</source>
        <translation>提个问题，或展开某个回答的数据。</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>Stages of the answer</source>
        <translation>回答的各阶段</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Memory of the machine</source>
        <translation>整机内存</translation>
    </message>
    <message>
        <source>The last two minutes</source>
        <translation>最近两分钟</translation>
    </message>
    <message>
        <source>Several questions at once</source>
        <translation>同时处理多个问题</translation>
    </message>
    <message>
        <source>Low latency</source>
        <translation>低延迟</translation>
    </message>
    <message>
        <source>High throughput</source>
        <translation>高吞吐</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>How questions share the engine</source>
        <translation>多个问题如何共用引擎</translation>
    </message>
    <message>
        <source>Questions together, at most</source>
        <translation>最多同时处理</translation>
    </message>
    <message>
        <source>Wait for company</source>
        <translation>等待凑批</translation>
    </message>
    <message>
        <source>Tokens a step, at most</source>
        <translation>每步最多词元</translation>
    </message>
    <message>
        <source>%1 running, %2 waiting</source>
        <translation>%1 个进行中，%2 个等待</translation>
    </message>
    <message>
        <source>weights %1</source>
        <translation>权重 %1</translation>
    </message>
    <message>
        <source>keys and values %1</source>
        <translation>键值缓存 %1</translation>
    </message>
    <message>
        <source>pictures kept %1</source>
        <translation>图片缓存 %1</translation>
    </message>
    <message>
        <source>Each answer comes as soon as it can. Many at once take longer in all.</source>
        <translation>每个回答都尽快给出。同时很多时总耗时更长。</translation>
    </message>
    <message>
        <source>Most tokens an hour. A single answer waits for the others and takes more memory.</source>
        <translation>每小时词元最多。单个回答要等其他回答，并占用更多内存。</translation>
    </message>
    <message>
        <source>As the numbers below say. None of them changes a greedy answer.</source>
        <translation>按下面的数字。它们都不会改变贪心回答。</translation>
    </message>
    <message>
        <source>This belongs to the loaded model, and none is loaded</source>
        <translation>此项属于已加载的模型，而当前没有加载模型</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Memory of the graphics card</source>
        <translation>显卡内存</translation>
    </message>
    <message>
        <source>The machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Copy all figures as a table</source>
        <translation>将所有数据复制为表格</translation>
    </message>
    <message>
        <source>Copy the panel as a picture</source>
        <translation>将面板复制为图片</translation>
    </message>
    <message>
        <source>Tokens a second, now</source>
        <translation>当前每秒词元</translation>
    </message>
    <message>
        <source>memory, load and tokens a second of %1 are not known here</source>
        <translation>本机无法得知 %1 的内存、负载和每秒词元数</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>How questions share %1 is set there</source>
        <translation>各问题如何共享 %1 在那里设置</translation>
    </message>
    <message>
        <source>How questions share %1 is set there.</source>
        <translation>各问题如何共享 %1 在那里设置。</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
</context>
<context>
    <name>fovea::ui::StructuredAnswer</name>
    <message>
        <source>Answer as a table</source>
        <translation>表格形式的回答</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>复制为 CSV</translation>
    </message>
    <message>
        <source>All rows and columns, for a spreadsheet</source>
        <translation>所有行和列，可用于电子表格</translation>
    </message>
    <message>
        <source>Show as text</source>
        <translation>显示为文本</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>显示为表格</translation>
    </message>
    <message>
        <source>Show what the model wrote</source>
        <translation>显示模型写出的原文</translation>
    </message>
    <message>
        <source>Show the answer&apos;s fields in columns</source>
        <translation>按列显示回答中的字段</translation>
    </message>
</context>
<context>
    <name>fovea::ui::TranscriptView</name>
    <message>
        <source>Conversation</source>
        <translation>对话内容</translation>
    </message>
    <message>
        <source>Show earlier messages</source>
        <translation>显示更早的消息</translation>
    </message>
</context>
<context>
    <name>fovea::ui::UploadFields</name>
    <message>
        <source>Make pictures smaller before they are sent</source>
        <translation>发送前缩小图片</translation>
    </message>
    <message>
        <source>Less to send over a slow line; the model sees less of small things</source>
        <translation>慢速网络上发送得更少；模型看到的细节也更少</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>最长边</translation>
    </message>
    <message>
        <source> pixels</source>
        <translation> 像素</translation>
    </message>
    <message>
        <source>JPEG quality</source>
        <translation>JPEG 质量</translation>
    </message>
</context>
<context>
    <name>fovea::ui::VersionSwitch</name>
    <message>
        <source>Earlier version</source>
        <translation>较早的版本</translation>
    </message>
    <message>
        <source>Later version</source>
        <translation>较新的版本</translation>
    </message>
    <message>
        <source>Wait until the answer is there, or stop it</source>
        <translation>请等回答完成，或停止它</translation>
    </message>
    <message>
        <source>This is the first version</source>
        <translation>这是第一个版本</translation>
    </message>
    <message>
        <source>This is the last version</source>
        <translation>这是最后一个版本</translation>
    </message>
    <message>
        <source>Version %1 of %2</source>
        <translation>第 %1 版，共 %2 版</translation>
    </message>
</context>
<context>
    <name>fovea::ui::WaterfallView</name>
    <message>
        <source>first token forecast after %1</source>
        <translation>预测首个词元在 %1 后</translation>
    </message>
    <message>
        <source>The dashed mark: when the first token was forecast, after %1.</source>
        <translation>虚线：预测首个词元出现的时刻，%1 后。</translation>
    </message>
    <message>
        <source>Where the answer&apos;s time went</source>
        <translation>回答的时间花在哪里</translation>
    </message>
</context>
</TS>
