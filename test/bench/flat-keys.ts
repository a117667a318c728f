// A million keys in one flat prefix, in six shapes: what a listing by ranges of keys must cope with. Seeded: always the same keys.

import { random } from '../support/random.js';

export type FlatShape =
  | 'uniform hex'
  | 'padded counter'
  | 'counter without padding'
  | 'milliseconds in bursts'
  | '90 % behind one long head'
  | 'Chinese names';

type Make = (count: number, chance: () => number) => Iterable<string>;

/** Names of what people upload: the commonest characters of Chinese names and of pictures of goods. */
const HAN =
  '一丁万三上下不与世中丰主丽义之乐九书云五井亚交产京亮人今仁介他代令以任会伟伯位何佳使侯保信倩健元兄先光克全公六兰关兴其典内冬冰冷凤凯刘利刚别前力功加动北区十千华单南占卡印卷厂原双发古可台叶号司吃合吉同名后向君吴周味命和品哈响哥唐喜四回国图圆土地坚城基塔士声夏多大天太夫央头奇女好如妹姐始委姓娜婷子字存孙学宁安完宋宏官定宝实客家容宽小少尚局层山岁岛川工左市师常平年广庆店府度康建开张强当彩影德心志思怡急性恒恩悦情想慧成户房所手才打扬技报拍指振排换接推提敏教文新方旅日旧早时明星春是晓景晨智暖月有服望朝木本李杨杰林果枝柔树格桂桃梅梦森楼模歌正步武民水永江池汤沙河油法波洁洋洪活流浩海涛深清温港游湖湘源满演火炎点热然照熊燕爱片版物特玉王玩玲环现珍班琳琪理瑞生用田电男画界登白百的皮盘直相看真知石研社祥福私科秀种秋程空立站章童端第笔等简米类精系紫红约级纯纸线组细结统绿缘网罗美群翔老者联肖胜能脸自舒舞航良色艳艺节花芳苏若英茶草荣莉菜菲萍落蓝蔡薇行街衣表装西要见规角解言计让设访证试诗话语请课调谢象豪负财货质贵费资赛赞赵起超越足路车转轮轻辉边达过运近进连逸道遥那郑部郭都里重野金钟钢铁银锋长门间阳阿附陈院雅集雨雪零雷霞青静非面革音页顶项顺须颜风飞食香马高魏鱼鲁鲜鸟鸣鸿鹏麦黄黎黑默鼎龙';

const MAKERS: Readonly<Record<FlatShape, Make>> = {
  *'uniform hex'(count, chance) {
    for (let n = 0; n < count; n++) yield `${hex(chance)}${hex(chance)}.jpg`;
  },
  *'padded counter'(count) {
    for (let n = 0; n < count; n++) yield `img_${String(n).padStart(8, '0')}.jpg`;
  },
  *'counter without padding'(count) {
    for (let n = 0; n < count; n++) yield `img_${n}.jpg`;
  },
  // Uploads of three years: quiet hours, and bursts of some thousands within a minute.
  *'milliseconds in bursts'(count, chance) {
    const bursts = Math.max(1, Math.round(count / 2_000));
    const pause = (3 * 365 * 86_400_000) / bursts;
    let ms = 1_609_459_200_000;
    for (let left = count; left > 0; ) {
      ms += Math.floor(-Math.log(1 - chance()) * pause);
      const size = Math.min(left, 1 + Math.floor(-Math.log(1 - chance()) * 2_000));
      for (let n = 0; n < size; n++) {
        ms += 1 + Math.floor(chance() * 30);
        yield `${ms}-${hex(chance).slice(0, 4)}.jpg`;
      }
      left -= size;
    }
  },
  *'90 % behind one long head'(count, chance) {
    const head = 'production-eu-west-1-customer-000042-raw_';
    for (let n = 0; n < count; n++) yield `${chance() < 0.9 ? head : ''}${hex(chance)}${hex(chance)}.jpg`;
  },
  *'Chinese names'(count, chance) {
    const characters = [...HAN];
    const one = () => characters[Math.floor(chance() * chance() * characters.length)]!;
    for (let n = 0; n < count; n++) yield `${one()}${one()}${one()}_${Math.floor(chance() * 10_000)}.jpg`;
  },
};

export const FLAT_SHAPES = Object.keys(MAKERS) as FlatShape[];

/** In the order of UTF-8 bytes, which is that of JavaScript here: no key has a surrogate. Each once, so perhaps some fewer. */
export function flatKeys(shape: FlatShape, count: number): string[] {
  const sorted = [...MAKERS[shape](count, random(7))].sort((one, other) => (one < other ? -1 : 1));
  return sorted.filter((key, index) => key !== sorted[index - 1]);
}

function hex(chance: () => number): string {
  return Math.floor(chance() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}
